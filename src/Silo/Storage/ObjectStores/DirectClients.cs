using Amazon.Runtime;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Connections to an object store: no proxy that nobody named, and a limit on how long one may take to come to be.</summary>
internal sealed class DirectClients(ObjectStoreOptions options) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectWithin,
            PooledConnectionLifetime = options.ConnectionLife,
        })
        {
            Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan,
        };
}
