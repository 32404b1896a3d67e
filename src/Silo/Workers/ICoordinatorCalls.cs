using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>What device threads' hosts ask of coordinators.</summary>
internal interface ICoordinatorCalls
{
    Task<ReportAnswer> Report(string experimentId, SiloReport report);

    Task<ReduceReply> Reduce(string experimentId, ReduceRequest request, CancellationToken cancellationToken);
}
