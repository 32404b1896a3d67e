using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Cluster;

/// <summary>The silos, as this process can know them. Thread-safe.</summary>
internal interface IClusterLook
{
    Task<ClusterFacts> Look(CancellationToken cancellationToken);
}
