using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Sheaf.Surroundings;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Puts what an object store, or the way to it, answers into a sentence that stays the same as long as the cause does. Pure.</summary>
internal static class S3Failures
{
    public static bool Is(Exception failure, CancellationToken cancel) =>
        failure is AmazonClientException or AmazonServiceException or HttpRequestException or IOException
        || (failure is OperationCanceledException or TimeoutException && !cancel.IsCancellationRequested);

    public static bool IsMissing(AmazonS3Exception answer) => answer.ErrorCode is "NoSuchKey" || (answer.StatusCode == HttpStatusCode.NotFound
        && answer.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload"));

    public static ObjectStoreException Of(Exception failure, string store, string bucket) => new(failure switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => $"the bucket '{bucket}' is not in {store}. Create it, or correct its name.",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } e =>
            $"{store} refuses these credentials for the bucket '{bucket}' ({Said(e)}). They need the rights to list, read, write and delete its objects.",
        AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect } e =>
            $"the bucket '{bucket}' is in another region than {store} ({Said(e)}). Name its region with AWS_REGION.",
        AmazonS3Exception { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests } e =>
            $"{store} asks to be called less often ({Said(e)}); it is tried again.",
        AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented or HttpStatusCode.BadRequest } e =>
            $"{store} does not take such a request ({Said(e)}). "
                + "Where it does not know a checksum or a header, its documentation says which variables of the AWS SDK it needs.",
        AmazonS3Exception e when (int)e.StatusCode > 0 => $"{store} answers {(int)e.StatusCode} ({Said(e)}).",
        AmazonServiceException e => $"{store} cannot be used ({Reason(e)}).",
        AmazonClientException e when e.InnerException is HttpRequestException or IOException => Unreachable(store, e),
        AmazonClientException e when e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
            $"no credentials for {store} were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.",
        OperationCanceledException or TimeoutException => $"{store} does not answer in time; it is tried again.",
        _ => Unreachable(store, failure),
    }, failure);

    /// <summary>The store's own words may hold the number of a request, which is another each time.</summary>
    private static string Said(AmazonS3Exception answer) =>
        Printable.Short(answer.ErrorCode is { Length: > 0 } code ? $"{(int)answer.StatusCode} {code}" : $"{(int)answer.StatusCode}", 80);

    private static string Unreachable(string store, Exception failure) => $"{store} cannot be reached ({Reason(failure)}).";

    private static string Reason(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return Printable.Short(failure.Message.TrimEnd('.'), 200);
    }
}
