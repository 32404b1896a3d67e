using Sheaf.Silo.Storage.ObjectStores;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Datasets.Remote;

/// <summary>Objects of a store, with this silo's credentials. A connection that breaks is continued by the stream itself.</summary>
internal sealed class ObjectOrigin(Buckets stores) : IRemoteOrigin
{
    public async Task<RemoteContent?> Open(string url, string? known, Func<string, long> begun, CancellationToken cancel)
    {
        if (!ObjectUrl.TryParse(url, out var address) || address.Key.Length == 0)
        {
            throw new FileNotFoundException("it is no s3://BUCKET/KEY with a bucket of 3 to 63 lower-case letters, digits, '-' and '.'.");
        }

        IObjectStore bucket;
        try
        {
            bucket = stores.Of(address.Bucket);
        }
        catch (FormatException e)
        {
            throw new FileNotFoundException(e.Message, e);
        }

        var version = await bucket.VersionAsync(address.Key, cancel) ?? throw new FileNotFoundException("there is no such object.");
        if (version == known)
        {
            return null;
        }

        var content = await bucket.OpenAsync(address.Key, cancel) ?? throw new FileNotFoundException("there is no such object.");
        return new(content, 0, content.Length, version);
    }
}
