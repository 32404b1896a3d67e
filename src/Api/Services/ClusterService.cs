using Grpc.Core;
using Sheaf.Api.Cluster;
using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Services;

internal sealed class ClusterService(
    IGrainFactory grains, IClusterLook look, ServerIdentity server, ITroubles troubles, ApiOptions options, TimeProvider time, ILogger<ClusterService> log)
        : V1.Cluster.ClusterBase
{
    public override async Task<V1.ClusterDescription> Describe(V1.DescribeClusterRequest request, ServerCallContext context)
    {
        var pool = Pool();
        var cluster = await look.Look(context.CancellationToken);
        var response = new V1.ClusterDescription();
        response.Silos.AddRange(ClusterView.Of(cluster, await pool));
        if (response.Silos.FirstOrDefault(known => known.Address == server.Address) is { } self)
        {
            // Of itself it knows more than what it last told the pool.
            self.Troubles.Clear();
            self.Troubles.AddRange(troubles.WithExperiments);
        }

        return response;
    }

    public override Task<V1.PingResponse> Ping(V1.PingRequest request, ServerCallContext context) =>
        Task.FromResult(new V1.PingResponse { Name = server.Name, Address = server.Address });

    public override Task<V1.WhoAmIResponse> WhoAmI(V1.WhoAmIRequest request, ServerCallContext context)
    {
        var user = context.GetHttpContext().User;
        return Task.FromResult(new V1.WhoAmIResponse
        {
            Name = Caller.Name(user),
            Role = Caller.RoleOf(user) is { } role ? RoleNames.Of(role) : "",
            Authentication = Caller.Scheme(user),
            Server = server.Name,
        });
    }

    public override async Task<V1.DrainResponse> Drain(V1.DrainRequest request, ServerCallContext context)
    {
        if (await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Drain(request.Silo, !request.Undo) is null)
        {
            throw new RpcException(new(StatusCode.NotFound, $"There is no silo '{request.Silo}' that offers devices. 'sheaf cluster' shows all."));
        }

        var description = await Describe(new(), context);
        return new() { Silo = description.Silos.FirstOrDefault(silo => silo.Name == request.Silo) ?? new V1.Silo { Name = request.Silo, Status = "dead" } };
    }

    private async Task<IReadOnlyList<SiloInfo>> Pool()
    {
        try
        {
            // The membership is known without it: a pool that just moves to another silo does not hold up the answer.
            return await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe().Within(options.PoolWithin, time);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "The device pool does not answer; silos are described without devices.");
            return [];
        }
    }
}
