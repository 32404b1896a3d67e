using System.Collections.Concurrent;
using Amazon.S3;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>The buckets that this silo uses, over one client. Thread-safe.</summary>
internal sealed class Buckets(S3Options options, TimeProvider time) : IDisposable
{
    private readonly Lazy<IAmazonS3> _client = new(options.Connect);
    private readonly ConcurrentDictionary<string, IObjectStore> _buckets = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">No store can be reached as the silo was told.</exception>
    public IObjectStore Of(string bucket) => _buckets.GetOrAdd(bucket, name => new S3Bucket(_client.Value, name, Name, options.Limits, time));

    private string Name => options.Endpoint is { } endpoint ? $"the object store at {endpoint.GetLeftPart(UriPartial.Authority)}" : "Amazon S3";

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }
}
