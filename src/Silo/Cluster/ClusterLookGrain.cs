using Orleans.Concurrency;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Cluster;

[GrainType("cluster-look"), StatelessWorker]
internal sealed class ClusterLookGrain(IClusterLook look) : Grain, IClusterLookGrain
{
    public Task<ClusterFacts> Look() => look.Look(CancellationToken.None);
}
