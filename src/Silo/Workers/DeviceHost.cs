using System.Threading.Channels;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Owns the device threads of this silo, and reports what they do: a call to each run's coordinator every <see cref="ReportPeriod"/> where there is something to
/// tell, at once at boundaries, and now and then where there is not. A call that fails is repeated with the same report. Thread-safe.
/// </summary>
internal sealed class DeviceHost : BackgroundService, IDeviceHost
{
    public static readonly TimeSpan ReportPeriod = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunReporter> _runs = new(StringComparer.Ordinal);
    private readonly List<Task> _ending = [];
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly LocalRunServices _services;
    private readonly ILogger<DeviceHost> _log;

    public DeviceHost(
        SiloOptions options,
        IGrainFactory grains,
        DatasetCache datasets,
        ICheckpointStore store,
        RunLogs logs,
        SiloMeters meters,
        IFaultInjector faults,
        TimeProvider time,
        ILogger<DeviceHost> log)
    {
        _services = new(options.Name, grains, datasets, store, logs, meters, faults, time, Signal, (experiment, e) => log.LogWarning("The coordinator of experiment {Experiment} could not be told what its workers did, which is tried again: {Reason}", experiment, e.Message));
        _log = log;
        meters.ObserveActive(() => Active.Count);
    }

    /// <summary>Experiments with workers here.</summary>
    public IReadOnlyList<(string ExperimentId, IReadOnlyList<WorkerPlace> Workers)> Active
    {
        get
        {
            lock (_gate)
            {
                return _runs.Values.Select(reporter => (reporter.Run.ExperimentId, reporter.Run.Places)).ToArray();
            }
        }
    }

    public bool Start(Assignment assignment)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue(assignment.ExperimentId, out var known) && known.Run.Generation != assignment.Generation)
            {
                if (known.Run.Generation > assignment.Generation)
                {
                    return false;
                }

                End(known, $"generation {assignment.Generation} begins");
                known = null;
            }

            if (known is null)
            {
                _runs[assignment.ExperimentId] = known = new(new(assignment, _services), _services);
            }

            known.Run.Add(assignment);
            return true;
        }
    }

    public bool Direct(string experimentId, int worker, long generation, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            return _runs.TryGetValue(experimentId, out var known) && known.Run.Generation == generation && known.Run.Direct(worker, directives);
        }
    }

    public void Stop(string experimentId, int worker, long generation, string reason)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue(experimentId, out var known) && known.Run.Generation <= generation)
            {
                known.Run.Stop(worker, reason);
                Signal();
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        RunReporter[] all;
        lock (_gate)
        {
            all = _runs.Values.ToArray();
        }

        // What is done is told before the threads end; what they do from here on is done again after the next start.
        foreach (var reporter in all)
        {
            await reporter.Send();
        }

        await base.StopAsync(cancellationToken);
        lock (_gate)
        {
            Array.ForEach(_runs.Values.ToArray(), reporter => End(reporter, "the silo stops"));
        }

        await Task.WhenAll(_ending).WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = _services.Time.CreateTimer(_ => Tick(), null, ReportPeriod, ReportPeriod);
        while (await _signals.Reader.WaitToReadAsync(stoppingToken))
        {
            _signals.Reader.TryRead(out _);
            RunReporter[] all;
            lock (_gate)
            {
                all = _runs.Values.ToArray();
            }

            foreach (var reporter in all)
            {
                _ = Report(reporter);
            }
        }
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private void Tick()
    {
        lock (_gate)
        {
            if (_runs.Count > 0)
            {
                Signal();
            }
        }
    }

    private async Task Report(RunReporter reporter)
    {
        if (await reporter.Send() is not { } goesOn)
        {
            return;
        }

        lock (_gate)
        {
            if (_runs.GetValueOrDefault(reporter.Run.ExperimentId) == reporter && (!goesOn || reporter.IsDone))
            {
                End(reporter, "its generation is over");
            }
        }
    }

    /// <summary>Under the gate. Stopping waits for the threads, which takes as long as one shard's computation; nobody waits for that here.</summary>
    private void End(RunReporter reporter, string reason)
    {
        if (_runs.GetValueOrDefault(reporter.Run.ExperimentId) == reporter)
        {
            _runs.Remove(reporter.Run.ExperimentId);
        }

        _ending.RemoveAll(task => task.IsCompleted);
        _ending.Add(Task.Run(async () =>
        {
            try
            {
                await reporter.Run.StopAsync(reason);
            }
            catch (Exception e)
            {
                _log.LogError(e, "The workers of experiment {Experiment} did not end cleanly.", reporter.Run.ExperimentId);
            }
        }));
    }
}
