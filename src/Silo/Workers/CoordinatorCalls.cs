using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>By grain calls.</summary>
internal sealed class CoordinatorCalls(IGrainFactory grains) : ICoordinatorCalls
{
    public Task<ReportAnswer> Report(string experimentId, SiloReport report) => grains.GetGrain<ICoordinatorGrain>(experimentId).Report(report);

    public Task<ReduceReply> Reduce(string experimentId, ReduceRequest request, CancellationToken cancellationToken) =>
        grains.GetGrain<ICoordinatorGrain>(experimentId).Reduce(request, cancellationToken);
}
