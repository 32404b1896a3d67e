namespace Sheaf.Client.Connections;

/// <summary>The server that was named.</summary>
/// <param name="proxy">Through which it is reached; null: directly.</param>
internal sealed class OneServer(Uri server, string hint, Uri? proxy = null) : IServerSource
{
    public Uri Server => server;

    public Uri? Proxy => proxy;

    public string Description => Failures.RpcFailures.Show(server);

    public string Hint => hint;

    public Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Uri>>([server]);
}
