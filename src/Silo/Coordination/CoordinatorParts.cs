using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <summary>Makes the parts of one coordinator, each with what it needs, and holds those that the coordinator itself calls.</summary>
internal sealed class CoordinatorParts
{
    public CoordinatorParts(string id, RunContext context, CoordinatorPorts ports, TimeProvider time)
    {
        var circuit = new StoreCircuit(time);
        Experiment = new(id, context, ports.Silos, time);
        News = new(ports.Publication, id);
        Claim = new(Experiment, ports.Pool, ports.Log);
        Devices = new(Experiment, ports.Pool, ports.Workers, ports.Silos, News);
        Sweep = new(Experiment, ports.Checkpoints);
        Writer = new(Experiment, ports.Records, ports.Workers, ports.Silos, News, Claim, Devices, Sweep, circuit, ports.Log, time);
        var directions = new Directions(Experiment, ports.Workers);
        var end = new GenerationEnd(Experiment, Writer, Devices, ports.Ledger, ports.Silos, News);
        var workers = new WorkerStart(Experiment, Writer, ports.Workers, directions, Devices, Claim, News, ports.Log);
        var survey = new StateSurvey(Experiment, ports.Workers, ports.Ledger, ports.Silos, News);
        var origin = new CheckpointOrigin(Experiment, Writer, ports.Publication, ports.Checkpoints, News);
        var start = new GenerationStart(Experiment, Writer, survey, origin, workers, end, ports.Faults);
        var checkpoints = new CheckpointBook(Experiment, Writer, Sweep, ports.Checkpoints);
        var epochs = new EpochReporter(Experiment, ports.Ledger, News);
        var follower = new GenerationFollower(
            Experiment, Writer, end, directions, Devices, checkpoints, epochs, new(Experiment, Writer), News, ports.Silos, circuit, time);
        Reports = new(Experiment, checkpoints, epochs, Devices, News, ports.Silos);
        Turns = new(
            Experiment, new(Experiment, follower, start, Writer, Devices, Claim, Sweep, News), Writer, directions, ports.Silos, circuit, ports.Log, time);
    }

    public LedExperiment Experiment { get; }

    public Publisher News { get; }

    public DeviceClaim Claim { get; }

    public DeviceSearch Devices { get; }

    public CheckpointSweep Sweep { get; }

    public RecordWriter Writer { get; }

    public ReportIntake Reports { get; }

    public CoordinatorTurns Turns { get; }
}
