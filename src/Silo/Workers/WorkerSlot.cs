using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// One worker of one generation on this silo: the sink of its device thread, and the directives that come before the thread is there. Thread-safe.
/// </summary>
internal sealed class WorkerSlot(GenerationHost host, Assignment assignment) : IWorkerSink
{
    private readonly Lock _gate = new();
    private readonly List<Directive> _early = [];
    private TrainingWorker? _worker;
    private long _lastDirective = -1;
    private bool _finished;
    private bool _failed;
    private bool _stopped;

    public int Number => assignment.Worker;

    public WorkerPlace Place { get; } = assignment.Workers.First(worker => worker.Number == assignment.Worker);

    public bool IsLeader { get; } = assignment.Worker == assignment.Workers.Min(worker => worker.Number);

    /// <summary>Done when the thread has ended, or will never begin.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>It has carried out Finish.</summary>
    public bool IsFinished { get; private set; }

    public WorkerActivity Activity
    {
        get
        {
            lock (_gate)
            {
                return _worker?.Activity ?? new()
                {
                    Worker = Number, Phase = _stopped ? WorkerPhase.Ended : WorkerPhase.Loading, Step = assignment.From.Step,
                    Seconds = host.Age.TotalSeconds
                };
            }
        }
    }

    public void Direct(IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            foreach (var directive in directives)
            {
                _lastDirective = Math.Max(_lastDirective, directive.Sequence);
                if (_worker is null)
                {
                    _early.Add(directive);
                }
                else
                {
                    _worker.Submit(directive);
                }
            }
        }
    }

    /// <summary>Starts the thread, unless the slot was stopped meanwhile.</summary>
    public void Begin(Func<WorkerSlot, TrainingWorker> build)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _worker = build(this);
            _early.ForEach(_worker.Submit);
            _early.Clear();
            _worker.Start();
            Ended = End(_worker);
        }

        host.Log(Number, "info", $"started on {Place.Device} with {Place.Shards} in generation {assignment.Generation}");
    }

    /// <summary>Ends the thread because somebody asked for it.</summary>
    public void Stop(string reason)
    {
        TrainingWorker? worker;
        lock (_gate)
        {
            if (_stopped || _finished)
            {
                return;
            }

            _stopped = true;
            worker = _worker;
        }

        host.Log(Number, "info", $"stopped: {(reason.Length > 0 ? reason : "the generation is over")}");
        worker?.Stop();
    }

    /// <summary>Ends the thread because the generation cannot go on here; the thread reports that.</summary>
    public void Break(string reason)
    {
        TrainingWorker? worker;
        lock (_gate)
        {
            if (_stopped || _finished)
            {
                return;
            }

            worker = _worker;
            _stopped = worker is null;
        }

        if (worker is null)
        {
            host.Ended(this, assignment.From.Step, reason);
        }
        else
        {
            worker.End(reason);
        }
    }

    /// <summary>The replica that the thread left; null where there is none, or it is not whole. Only when <see cref="Ended"/> is done.</summary>
    public KeptReplica? Keep() => _worker?.Keep();

    /// <summary>Frees what the thread left; only when the threads of the whole group have ended: they read each other's gradients.</summary>
    public void Free() => _worker?.Dispose();

    public void Ready(long step, ulong stateHash)
    {
        host.Buffer.Ready(new() { Worker = Number, Step = step, StateHash = stateHash });
        host.Signal();
    }

    public void Applied(StepRecord record) => host.Applied(record);

    public void Evaluated(EvaluationRecord record)
    {
        host.Buffer.Evaluation(record);
        host.Log(Number, "info", RunLogs.Text(record));
        host.Signal();
    }

    public void Paused(TimeSpan duration) => host.Buffer.Pause(duration);

    public void Captured(CheckpointSnapshot snapshot) => host.Checkpoints.Add(snapshot);

    public void Reached(long sequence, long step)
    {
        host.Buffer.Reached(new() { Worker = Number, Sequence = sequence, Step = step });
        if (sequence >= Volatile.Read(ref _lastDirective))
        {
            // Nothing left to do: the coordinator should know now, not with the next tick.
            host.Signal();
        }
    }

    public void Failed(WorkerFailure failure)
    {
        _failed = true;
        host.Buffer.Fault(new() { Worker = Number, Failure = failure });
        host.Log(Number, "error", $"step {failure.Step}{(failure.Shard is { } shard ? $", shard {shard}" : "")}: {failure.Message}");
        host.Signal();
    }

    private async Task End(TrainingWorker worker)
    {
        await worker.Completion;
        lock (_gate)
        {
            _finished = true;
            IsFinished = worker.EndedBecause is null && !_stopped;
        }

        if (worker.EndedBecause is not { } reason || _stopped)
        {
            return;
        }

        if (!_failed)
        {
            host.Ended(this, worker.Step, reason);
        }

        host.Break(reason);
    }
}
