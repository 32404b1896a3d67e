using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Sheaf.Surroundings;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>A bucket, through Amazon's SDK. Thread-safe.</summary>
/// <param name="store">How the store is called in messages.</param>
internal sealed class S3Bucket(IAmazonS3 client, string bucket, string store, ObjectStoreOptions options, TimeProvider time) : IObjectStore
{
    private readonly S3Upload _upload = new(client, bucket);

    public Task PutAsync(string key, IReadOnlyList<ReadOnlyMemory<byte>> content, CancellationToken cancel = default) =>
        Asking(() => _upload.Put(key, content, cancel), cancel);

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancel = default) => Asking(async () =>
    {
        try
        {
            // Two writes of one key at the same time: the store asks one of them to come again.
            await Retries.Doubling(
                time, options.ConflictRetries + 1, options.ConflictAgain, e => e is AmazonS3Exception { StatusCode: HttpStatusCode.Conflict })
                .ExecuteAsync(async token => await _upload.PutWhole(key, [content], create: true, token), cancel);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }, cancel);

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancel = default)
    {
        var first = await Get(key, 0, null, cancel);
        return first is null ? null : new ResumingStream(first, (from, version) => Get(key, from, version, CancellationToken.None), options, time);
    }

    public Task<string?> VersionAsync(string key, CancellationToken cancel = default) => Asking(async () =>
    {
        try
        {
            return (string?)(await client.GetObjectMetadataAsync(new() { BucketName = bucket, Key = key }, cancel)).ETag;
        }
        catch (AmazonS3Exception e) when (S3Failures.IsMissing(e))
        {
            return null;
        }
    }, cancel);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        string? next = null;
        do
        {
            var page = await Asking(
                () => client.ListObjectsV2Async(new() { BucketName = bucket, Prefix = prefix, ContinuationToken = next }, cancel), cancel);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new(found.Key, found.Size ?? 0);
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    public Task DeleteAsync(string key, CancellationToken cancel = default) => Asking(async () =>
    {
        try
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key }, cancel);
        }
        catch (AmazonS3Exception e) when (S3Failures.IsMissing(e))
        {
            // Some stores say so.
        }
    }, cancel);

    public Task<IReadOnlyList<UnfinishedUpload>> UnfinishedAsync(string prefix, CancellationToken cancel = default) => Asking(async () =>
    {
        var found = new List<UnfinishedUpload>();
        var request = new ListMultipartUploadsRequest { BucketName = bucket, Prefix = prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await client.ListMultipartUploadsAsync(request, cancel);
            foreach (var upload in page.MultipartUploads ?? [])
            {
                // Not every store heeds the prefix.
                if (upload.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    found.Add(new(upload.Key, upload.UploadId));
                }
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true && !string.IsNullOrEmpty(page.NextKeyMarker));

        return (IReadOnlyList<UnfinishedUpload>)found;
    }, cancel);

    public Task AbortAsync(UnfinishedUpload upload, CancellationToken cancel = default) =>
        Asking(() => _upload.Abort(upload.Key, upload.Id, cancel), cancel);

    /// <summary>Null: there is no such object, or not in that version any more.</summary>
    private Task<ResumingStream.Part?> Get(string key, long from, string? version, CancellationToken cancel) => Asking(async () =>
    {
        // Without a range the SDK takes the ETag for the MD5 of the content, which it is not in every store.
        var request = new GetObjectRequest { BucketName = bucket, Key = key, EtagToMatch = version, ByteRange = new($"bytes={from}-") };
        try
        {
            GetObjectResponse answer;
            try
            {
                answer = await client.GetObjectAsync(request, cancel);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && from == 0)
            {
                // It is empty, so it has no first byte.
                request.ByteRange = null;
                answer = await client.GetObjectAsync(request, cancel);
            }

            return new ResumingStream.Part(answer.ResponseStream, from + answer.ContentLength, answer.ETag);
        }
        catch (AmazonS3Exception e) when (S3Failures.IsMissing(e) || e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return null;
        }
    }, cancel);

    private async Task<T> Asking<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (S3Failures.Is(e, cancel))
        {
            throw S3Failures.Of(e, store, bucket);
        }
    }

    private Task Asking(Func<Task> call, CancellationToken cancel) => Asking(async () =>
    {
        await call();
        return true;
    }, cancel);
}
