using System.Text.Json;
using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// The workers of one experiment and one generation on this silo: loads what they share (data, the checkpoint, the group of the reduction), starts their
/// threads, and keeps what they tell until it is reported. Thread-safe.
/// </summary>
internal sealed class LocalRun : IDisposable
{
    private readonly LocalRunServices _services;
    private readonly Assignment _assignment;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WorkerSlot> _slots = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ExperimentSpec _spec;
    private readonly DataFacts _facts;
    private readonly long _totalSteps;
    private LocalGroup? _group;
    private Task _preparing = Task.CompletedTask;
    private bool _begun;

    public LocalRun(Assignment assignment, LocalRunServices services)
    {
        (_assignment, _services) = (assignment, services);
        _spec = SpecParser.Parse(assignment.SpecYaml, assignment.BasePath).Spec ?? throw new ArgumentException("The assignment's spec cannot be read.");
        _facts = JsonSerializer.Deserialize<DataFacts>(assignment.Dataset.FactsJson)!;
        _totalSteps = new RunPlan(_spec, _facts).TotalSteps;
        Checkpoints = new(Write, Written, NotWritten, services.Time);
    }

    public string ExperimentId => _assignment.ExperimentId;

    public long Generation => _assignment.Generation;

    public int Shards => _spec.Shards;

    public ReportBuffer Buffer { get; } = new();

    public CheckpointWriter Checkpoints { get; }

    /// <summary>Every worker of this silo has ended, and nothing is being written.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _begun && _preparing.IsCompleted && _slots.Values.All(slot => slot.Ended.IsCompleted) && Checkpoints.Idle.IsCompleted;
            }
        }
    }

    public IReadOnlyList<WorkerPlace> Places
    {
        get
        {
            lock (_gate)
            {
                return _slots.Values.Select(slot => slot.Place).ToArray();
            }
        }
    }

    public void Signal() => _services.Signal();

    public void Log(int worker, string level, string message) => _services.Logs.Write(ExperimentId, RunLogs.Worker(worker), level, message);

    /// <summary>Adds one of this silo's workers; when all of the generation are there, loading begins.</summary>
    public void Add(Assignment assignment)
    {
        lock (_gate)
        {
            if (_slots.TryAdd(assignment.Worker, new(this, assignment)) && !_begun && _slots.Count == Mine().Length)
            {
                _begun = true;
                _preparing = Task.Run(Prepare);
            }
        }
    }

    public bool Direct(int worker, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue(worker, out var slot))
            {
                return false;
            }

            slot.Direct(directives);
            return true;
        }
    }

    public void Stop(int worker, string reason)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue(worker, out var slot))
            {
                slot.Stop(reason);
            }
        }
    }

    /// <summary>Stops every thread and waits until their memory, and the group's, is free.</summary>
    public async Task StopAsync(string reason)
    {
        await _stopping.CancelAsync();
        WorkerSlot[] slots;
        lock (_gate)
        {
            _begun = true;
            slots = _slots.Values.ToArray();
            Array.ForEach(slots, slot => slot.Stop(reason));
        }

        await _preparing;
        await Task.WhenAll(slots.Select(slot => slot.Ended));
        Array.ForEach(slots, slot => slot.Free());
        await Checkpoints.Idle;
        Dispose();
    }

    /// <summary>Frees the group; only when every thread has ended (<see cref="StopAsync"/> does it).</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _group?.Dispose();
            _group = null;
            _stopping.Dispose();
        }
    }

    /// <summary>A thread ended by itself and said no failure: its group was aborted from outside.</summary>
    public void Ended(WorkerSlot slot, long step, string reason)
    {
        Buffer.Fault(new() { Worker = slot.Number, Failure = new() { Step = step, OfTheRun = false, Message = reason } });
        Log(slot.Number, "warning", $"ended at step {step}: {reason}");
        Signal();
    }

    private WorkerPlace[] Mine() => _assignment.Workers.Where(worker => worker.Silo == _services.Silo).ToArray();

    private async Task Prepare()
    {
        try
        {
            var data = await _services.Datasets.Load(_assignment.SpecYaml, _assignment.BasePath, _spec, _facts, _stopping.Token);
            var from = _assignment.From.Checkpoint is { } record ? await _services.Store.ReadAsync(record.Path, _stopping.Token) : null;
            var plan = ModelShapes.Plan(_spec, _facts.Shape, _facts.Classes);
            var mine = Mine();
            var exchange = _assignment.Reduction == ReductionKind.Coordinator || mine.Length < _assignment.Workers.Count ? new CoordinatorExchange(_services.Grains, ExperimentId, _services.Silo) : null;
            lock (_gate)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                var group = _group = new(_spec.Shards, mine.Select(worker => new Lease(worker.Number, worker.Shards)).ToArray(), plan.ReductionLength, exchange, Generation);
                foreach (var slot in _slots.Values.OrderBy(slot => slot.Number))
                {
                    slot.Begin(sink => new TrainingWorker(Options(sink, data, from), group, sink, _services.Time));
                }
            }

            if (from is not null)
            {
                Buffer.Note($"goes on from the checkpoint of step {from.Step} (generation {from.Generation})");
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while it was loading.
        }
        catch (Exception e)
        {
            var failure = new WorkerFailure { Step = _assignment.From.Step, OfTheRun = e is not (CheckpointException or IOException or OutOfMemoryException), Message = $"silo '{_services.Silo}': {e.Message}" };
            Buffer.Fault(new() { Worker = Mine()[0].Number, Failure = failure });
            Log(Mine()[0].Number, "error", failure.Message);
            Signal();
        }
    }

    private WorkerOptions Options(WorkerSlot slot, DataBundle data, CheckpointSnapshot? from) => new()
    {
        Spec = _spec,
        Data = data,
        ExperimentId = ExperimentId,
        Worker = slot.Number,
        Generation = Generation,
        Shards = slot.Place.Shards,
        IsLeader = slot.IsLeader,
        Device = slot.Place.Device,
        StartStep = from?.Step ?? 0,
        From = from,
        SpecYaml = _assignment.SpecYaml,
        Faults = _services.Faults,
    };

    private Task<CheckpointRecord> Write(CheckpointSnapshot snapshot) => _services.Store.WriteAsync(ExperimentId, snapshot, _assignment.Workers.Min(worker => worker.Number));

    private void Written(CheckpointRecord record, CheckpointSnapshot snapshot, TimeSpan duration)
    {
        _services.Meters.Checkpoint(ExperimentId, duration);
        Log(0, "info", $"checkpoint of step {record.Step}: {record.Bytes} bytes in {duration.TotalMilliseconds:F0} ms, {record.Path}");
        Buffer.Checkpoint(record, snapshot.Step == _totalSteps ? FinalValues.Of(_spec, _facts, snapshot) : new Dictionary<string, double>());
        Signal();
    }

    private void NotWritten(CheckpointFault fault)
    {
        _services.Meters.CheckpointFailed(ExperimentId);
        Log(0, "error", $"the checkpoint of step {fault.Step} could not be written: {fault.Message}");
        Buffer.CheckpointFault(fault);
        Signal();
    }
}
