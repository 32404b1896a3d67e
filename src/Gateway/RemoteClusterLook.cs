using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Gateway;

/// <summary>What a silo knows of the cluster. Thread-safe.</summary>
internal sealed class RemoteClusterLook(IGrainFactory grains) : IClusterLook
{
    public Task<ClusterFacts> Look(CancellationToken cancellationToken) =>
        grains.GetGrain<IClusterLookGrain>(IClusterLookGrain.Key).Look().WaitAsync(cancellationToken);
}
