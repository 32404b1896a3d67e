using Grpc.Core;
using Sheaf.Contracts.Grains;

namespace Sheaf.Silo.Api;

internal sealed class ClusterService(IGrainFactory grains) : V1.Cluster.ClusterBase
{
    public override async Task<V1.ClusterDescription> Describe(V1.DescribeClusterRequest request, ServerCallContext context)
    {
        var response = new V1.ClusterDescription();
        response.Silos.AddRange((await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe()).Select(WireMap.Silo));
        return response;
    }
}
