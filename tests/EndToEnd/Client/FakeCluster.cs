using Grpc.Core;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

internal sealed class FakeCluster : Cluster.ClusterBase
{
    public ClusterDescription Description { get; set; } = new();

    public override Task<ClusterDescription> Describe(DescribeClusterRequest request, ServerCallContext context) => Task.FromResult(Description);
}
