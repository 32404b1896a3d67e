using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Owns the device threads of this silo, and reports what they do: a call to each run's coordinator every <see cref="ReportOptions.Every"/> where there is
/// something to tell, at once at boundaries, and now and then where there is not. A call that fails is repeated with the same report. Thread-safe.
/// </summary>
internal sealed class DeviceHost : BackgroundService, IDeviceHost
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ExperimentHost> _runs = new(StringComparer.Ordinal);
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly HostServices _services;
    private readonly ILogger _log;

    public DeviceHost(
        SiloOptions options,
        ILocalSiloDetails silo,
        ICoordinatorCalls coordinators,
        IPeers peers,
        DatasetCache datasets,
        ICheckpointStore store,
        RunLogs logs,
        SiloMeters meters,
        SiloTraces traces,
        IFaultInjector faults,
        TimeProvider time,
        ILogger<DeviceHost> log)
    {
        _services = new(
            options.Name,
            silo.SiloAddress.ToParsableString(),
            coordinators,
            peers,
            datasets,
            store,
            logs,
            meters,
            traces,
            faults,
            time,
            Signal,
            (experiment, e) => log.LogWarning(
                e, "The coordinator of experiment {Experiment} could not be told what its workers did, which is tried again.", experiment),
            options.Generations,
            options.Reports);
        _log = log;
        meters.ObserveActive(() => [.. Active.Select(run => run.ExperimentId)]);
    }

    /// <summary>Experiments with workers here, and the places of those.</summary>
    public IReadOnlyList<(string ExperimentId, IReadOnlyList<WorkerPlace> Workers)> Active =>
        All().Select(run => (run.ExperimentId, run.Places)).Where(run => run.Places.Count > 0).ToArray();

    /// <summary>Experiments that this silo trains, or has kept something of.</summary>
    public IReadOnlyList<string> Known => All().Select(run => run.ExperimentId).ToArray();

    /// <summary>The least time that is left to a generation here until its lease lapses; null: none runs here.</summary>
    public TimeSpan? LeaseMargin =>
        All().Select(run => run.Reporter?.Host).OfType<GenerationHost>().Where(host => host.Running.Count > 0).Min(host => (TimeSpan?)host.Lease.Left);

    public bool Start(Assignment assignment)
    {
        // All that the generation starts here is logged as its own.
        using var scope = _log.BeginScope(ExperimentScopes.Of(assignment.ExperimentId, null, assignment.Generation));
        return Run(assignment.ExperimentId).Start(assignment);
    }

    public bool Direct(string experimentId, int worker, long generation, IReadOnlyList<Directive> directives) =>
        Run(experimentId).Direct(worker, generation, directives);

    public Task<KeptState> Survey(string experimentId, long generation, CancellationToken cancellationToken) =>
        Run(experimentId).Survey(generation, cancellationToken);

    public bool Prepare(Assignment assignment) => Run(assignment.ExperimentId).Prepare(assignment);

    public void Stop(string experimentId, long generation, string reason) => Run(experimentId).Stop(generation, reason);

    /// <summary>A silo has died: a coordinator that was on it is on another silo now, and gets the pending reports at once.</summary>
    public void SiloDied()
    {
        foreach (var run in All())
        {
            run.Reporter?.Hurry();
        }

        Signal();
    }

    /// <summary>A copy of the state before <paramref name="step"/> that this silo keeps of an experiment.</summary>
    public bool TryGet(string experimentId, long step, [NotNullWhen(true)] out CheckpointSnapshot? state)
    {
        ExperimentHost? run;
        lock (_gate)
        {
            run = _runs.GetValueOrDefault(experimentId);
        }

        state = null;
        return run is not null && run.TryGet(step, out state);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What is done is told before the threads end; what they do from here on is done again after the next start.
        foreach (var run in All())
        {
            if (run.Reporter is { } reporter)
            {
                await reporter.Send();
            }
        }

        await base.StopAsync(cancellationToken);
        await Task.WhenAll(All().Select(run => run.End("the silo stops"))).WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = _services.Time.CreateTimer(_ => Tick(), null, _services.Reports.Every, _services.Reports.Every);
        while (await _signals.Reader.WaitToReadAsync(stoppingToken))
        {
            _signals.Reader.TryRead(out _);
            foreach (var run in All())
            {
                if (run.Reporter is { } reporter)
                {
                    _ = Report(run, reporter);
                }
            }
        }
    }

    private static async Task Report(ExperimentHost run, ReportPump reporter)
    {
        if (await reporter.Send() is { } goesOn && (!goesOn || reporter.IsDone))
        {
            run.Over(reporter, reporter.IsDone);
        }
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private void Tick()
    {
        foreach (var run in All())
        {
            if (run.Reporter is { } reporter)
            {
                reporter.Host.EndIfLapsed();
                _ = Report(run, reporter);
            }
            else if (run.IsForgettable)
            {
                Forget(run);
            }
        }
    }

    private void Forget(ExperimentHost run)
    {
        lock (_gate)
        {
            if (run.IsForgettable)
            {
                _runs.Remove(run.ExperimentId);
                _ = run.End("nobody asked for it any more");
            }
        }
    }

    private ExperimentHost[] All()
    {
        lock (_gate)
        {
            return _runs.Values.ToArray();
        }
    }

    private ExperimentHost Run(string experimentId)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(experimentId, out var run))
            {
                _runs.Add(experimentId, run = new(experimentId, _services));
            }

            return run;
        }
    }
}
