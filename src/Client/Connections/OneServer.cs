namespace Sheaf.Client.Connections;

/// <summary>The server that was named.</summary>
internal sealed class OneServer(Uri server, string hint) : IServerSource
{
    public Uri Server => server;

    public string Description => Failures.RpcFailures.Show(server);

    public string Hint => hint;

    public Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Uri>>([server]);
}
