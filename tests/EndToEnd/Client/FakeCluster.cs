using Grpc.Core;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

internal sealed class FakeCluster : Cluster.ClusterBase
{
    public ClusterDescription Description { get; set; } = new();

    /// <summary>What each drain answers; the last one again and again.</summary>
    public Queue<V1.Silo> Drained { get; } = new();

    public List<DrainRequest> Drains { get; } = [];

    public override Task<PingResponse> Ping(PingRequest request, ServerCallContext context) => Task.FromResult(new PingResponse { Name = "fake" });

    public override Task<DrainResponse> Drain(DrainRequest request, ServerCallContext context)
    {
        Drains.Add(request);
        return Task.FromResult(new DrainResponse { Silo = Drained.Count > 1 ? Drained.Dequeue() : Drained.Peek() });
    }

    /// <summary>Given the header with the token; null: none.</summary>
    public Func<string?, WhoAmIResponse> OnWhoAmI { get; set; } = _ => new();

    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) =>
        Task.FromResult(OnWhoAmI(context.RequestHeaders.GetValue("authorization")));

    public override Task<ClusterDescription> Describe(DescribeClusterRequest request, ServerCallContext context) => Task.FromResult(Description);
}
