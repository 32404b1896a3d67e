namespace Sheaf.Client.Connections;

/// <summary>Several servers of one cluster that were named, gateways for example: when one is gone, the others are asked.</summary>
internal sealed class NamedServers(IReadOnlyList<Uri> servers, string hint) : IServerSource
{
    public string Description => string.Join(", ", servers.Select(Failures.RpcFailures.Show));

    public string Hint => hint;

    public Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation) => Task.FromResult(servers);
}
