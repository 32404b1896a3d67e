using Amazon.Runtime;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Connections to an object store: no proxy that nobody named, and a limit on how long one may take to come to be.</summary>
internal sealed class DirectClients(TimeSpan connectTime) : HttpClientFactory
{
    /// <summary>An address that the store has left is noticed then.</summary>
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = connectTime, PooledConnectionLifetime = ConnectionLife })
        {
            Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan,
        };
}
