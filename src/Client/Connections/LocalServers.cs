using Sheaf.Client.Clusters;


namespace Sheaf.Client.Connections;

/// <summary>The silos that `cluster up` has started from one data directory.</summary>
internal sealed class LocalServers(ClusterPaths paths, string hint) : IServerSource
{
    public string Description => $"the cluster in {paths.Data}";

    public string Hint => hint;

    public Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Uri>>(
            [.. (ClusterState.Read(paths)?.Alive ?? []).Where(silo => silo.Grpc is not null).Select(silo => new Uri(silo.Grpc!))]);
}
