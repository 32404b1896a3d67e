using Sheaf.Silo.Datasets;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Workers;

/// <summary>What every <see cref="ExperimentHost"/> of a silo shares.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="SiloAddress">Of its process in the cluster.</param>
/// <param name="Signal">Asks for a report now.</param>
/// <param name="Failed">Logs that a report did not reach the coordinator of an experiment.</param>
internal sealed record HostServices(
    string Silo,
    string SiloAddress,
    ICoordinatorCalls Coordinators,
    IPeers Peers,
    DatasetCache Datasets,
    ICheckpointStore Store,
    RunLogs Logs,
    SiloMeters Meters,
    SiloTraces Traces,
    IFaultInjector Faults,
    TimeProvider Time,
    Action Signal,
    Action<string, Exception> Failed,
    GenerationOptions Options,
    ReportOptions Reports);
