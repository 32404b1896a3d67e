using Amazon.Runtime;
using Amazon.S3;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>
/// How the S3 API of Amazon, or of another store, is reached. Credentials come from the SDK's own chain: variables, files, the machine's role.
/// </summary>
/// <param name="Endpoint">Of a store that is not Amazon's; null: Amazon's own of the region.</param>
/// <param name="Variable">An environment variable, or null.</param>
internal sealed record S3Options(Uri? Endpoint, Func<string, string?> Variable)
{
    /// <summary>Of a store that does not look at it.</summary>
    private const string AnyRegion = "us-east-1";

    /// <summary>What lasts longer than its attempts is the caller's to wait for.</summary>
    public ObjectStoreOptions Limits { get; init; } = new();

    /// <summary>Null: those that the SDK finds.</summary>
    public AWSCredentials? Credentials { get; init; }

    private string? Given(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <exception cref="FormatException">Says what is missing.</exception>
    public IAmazonS3 Connect()
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = Limits.Retries,
            Timeout = Limits.AttemptWithin,
            HttpClientFactory = new DirectClients(Limits),
        };
        if (Given("AWS_REQUEST_CHECKSUM_CALCULATION") is null)
        {
            // Stores that do not know the SDK's checksums refuse them. The body's SHA-256 is signed all the same.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        }

        if (Given("AWS_RESPONSE_CHECKSUM_VALIDATION") is null)
        {
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }

        if (Endpoint is not null)
        {
            config.ServiceURL = Endpoint.AbsoluteUri;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = Given("AWS_REGION") ?? Given("AWS_DEFAULT_REGION") ?? AnyRegion;
        }

        try
        {
            return Credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(Credentials, config);
        }
        catch (AmazonClientException e) when (Endpoint is null)
        {
            throw new FormatException(
                $"The object store cannot be used: {e.Message.TrimEnd('.')}. "
                    + "Name the region (AWS_REGION), or with --s3-endpoint URL a store that is not Amazon's.",
                e);
        }
    }
}
