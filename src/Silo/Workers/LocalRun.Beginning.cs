using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <content>From an assignment to running threads, and the checkpoints that they give.</content>
internal sealed partial class LocalRun
{
    private async Task Prepare()
    {
        try
        {
            await _before.WaitAsync(_stopping.Token);
            var mine = Mine();
            var data = await Patiently(() => _services.Datasets.Load(_assignment.SpecYaml, _assignment.BasePath, _spec, _facts, _stopping.Token));
            await Patiently(() => Task.FromResult(CheckFolder()));
            var state = await Patiently(() => StateSupply.Load(_assignment, mine.Length, _services.SiloAddress, _kept, data, _services.Store, _services.Peers, _stopping.Token));
            _kept.Records.CutFrom(_assignment.From.Step);
            var length = ModelShapes.Plan(_spec, _facts.Shape, _facts.Classes).ReductionLength;
            _exchange = ExchangeOf(mine, length);
            lock (_gate)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                var group = _group = new(_spec.Shards, mine.Select(worker => new Lease(worker.Number, worker.Shards)).ToArray(), length, _exchange, Generation);
                foreach (var slot in _slots.Values.OrderBy(slot => slot.Number))
                {
                    slot.Begin(sink => new TrainingWorker(Options(sink, data, state.Take(slot.Place.Device)), group, sink, _services.Time));
                }
            }

            if (state.Note is { } note)
            {
                Buffer.Note(mine.Length == _assignment.Workers.Count ? note : $"silo '{_services.Silo}' {note}");
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Ended while it was loading.
        }
        catch (Exception e)
        {
            var failure = new WorkerFailure { Step = _assignment.From.Step, OfTheRun = e is TrainingException, Message = $"silo '{_services.Silo}': {e.Message}" };
            Buffer.Fault(new() { Worker = Mine()[0].Number, Failure = failure });
            Log(Mine()[0].Number, "error", failure.Message);
            Signal();
        }
    }

    /// <summary>Data and checkpoints that are not there now are waited for: they may be on a mount that is late, and what is in memory is kept meanwhile.</summary>
    private async Task<T> Patiently<T>(Func<Task<T>> get)
    {
        while (true)
        {
            try
            {
                var got = await get();
                Waiting("");
                return got;
            }
            catch (Exception e) when (e is DataException or CheckpointException { IsAway: true })
            {
                Waiting(e is DataException ? $"waits for the data: {e.Message}" : $"waits for its checkpoints: {e.Message}");
            }

            await Task.Delay(TryAgainAfter, _services.Time, _stopping.Token);
        }
    }

    private void Waiting(string reason)
    {
        if (Interlocked.Exchange(ref _waits, reason) != reason)
        {
            Log(Mine()[0].Number, reason.Length > 0 ? "warning" : "info", reason.Length > 0 ? reason : "what was waited for is there");
            Signal();
        }
    }

    /// <summary>A folder that takes no checkpoint is found out before anything is computed; a state that is in memory already need not wait for it.</summary>
    private bool CheckFolder()
    {
        if (_assignment.From.Donors.Count > 0 || Mine().All(worker => worker.Number != _assignment.Workers.Min(other => other.Number)))
        {
            return false;
        }

        _services.Store.Open(ExperimentId, mayCreate: _assignment.From.Checkpoint is null);
        return true;
    }

    /// <summary>Null where everything is in this silo's memory.</summary>
    private IExchange? ExchangeOf(WorkerPlace[] mine, int length)
    {
        if (_assignment.Reduction != ReductionKind.Coordinator && mine.Length == _assignment.Workers.Count)
        {
            return null;
        }

        return _assignment.Reduction == ReductionKind.Peer
            ? _services.Peers.Join(_assignment, _spec.Shards, length)
            : new CoordinatorExchange(_services.Coordinators, ExperimentId, _services.Silo, Lease, _services.Time);
    }

    private WorkerOptions Options(WorkerSlot slot, DataBundle data, (KeptReplica? Reuse, CheckpointSnapshot? From) state) => new()
    {
        Spec = _spec,
        Data = data,
        ExperimentId = ExperimentId,
        Worker = slot.Number,
        Generation = Generation,
        Shards = slot.Place.Shards,
        IsLeader = slot.IsLeader,
        Device = slot.Place.Device,
        StartStep = _assignment.From.Step,
        From = state.From,
        Reuse = state.Reuse,
        Lease = Lease,
        SpecYaml = _assignment.SpecYaml,
        Faults = _services.Faults,
    };

    private Task<CheckpointRecord> Write(CheckpointSnapshot snapshot) =>
        _services.Store.WriteAsync(ExperimentId, snapshot, _assignment.Workers.Min(worker => worker.Number), ThrowIfUseless, mayCreate: false);

    /// <summary>The last look before a checkpoint comes to be.</summary>
    private void ThrowIfUseless()
    {
        Lease.ThrowIfLapsed("no checkpoint is made");
        if (!_isWanted())
        {
            throw new OperationCanceledException($"Generation {Generation} was stopped: no checkpoint is made.");
        }
    }

    private void Written(CheckpointRecord record, CheckpointSnapshot snapshot, TimeSpan duration)
    {
        _services.Meters.Checkpoint(duration);
        Log(0, "info", $"checkpoint of step {record.Step}: {record.Bytes} bytes in {duration.TotalMilliseconds:F0} ms, {record.Path}");
        var values = snapshot.Step == _totalSteps ? FinalValues.Of(_spec, _facts, snapshot) : new Dictionary<string, double>();
        bool left;
        lock (_gate)
        {
            left = _left;
            if (!left)
            {
                Buffer.Checkpoint(record, values);
            }
        }

        if (left)
        {
            _late(record, values);
        }

        Signal();
    }

    private void NotWritten(CheckpointFault fault)
    {
        _services.Meters.CheckpointFailed();
        Log(0, "error", $"the checkpoint of step {fault.Step} could not be written and is tried again: {fault.Message}");
        Buffer.CheckpointFault(fault);
        Signal();
    }
}
