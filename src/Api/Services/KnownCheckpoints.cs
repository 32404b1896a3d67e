using Sheaf.Api.Cluster;
using Sheaf.Api.Options;
using Sheaf.Contracts.Grains;
using Sheaf.Records;

namespace Sheaf.Api.Services;

/// <summary>The checkpoints that count. Thread-safe.</summary>
internal sealed class KnownCheckpoints(IGrainFactory grains, ApiOptions options, TimeProvider time)
{
    /// <summary>Those of the coordinator's record, by step; where it does not answer soon, those that it last reported to the experiment.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: there is no such experiment.</exception>
    public async Task<IReadOnlyList<CheckpointRecord>> Of(string id)
    {
        try
        {
            return await grains.GetGrain<ICoordinatorGrain>(Requests.Id(id)).Checkpoints().Within(options.CoordinatorWithin, time)
                ?? throw Requests.NotFound(id);
        }
        catch (Exception e) when (e is not Grpc.Core.RpcException)
        {
            return (await grains.GetGrain<IExperimentGrain>(id).Describe() ?? throw Requests.NotFound(id)).Checkpoints;
        }
    }
}
