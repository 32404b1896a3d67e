using Sheaf.Records;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Replicas;

/// <summary>
/// One replica of the model on one device, with a thread of its own that carries out directives. Steps run up to the newest <c>until</c>; without one the
/// thread is parked. For one generation: the next one is given a new worker, with the replica that this one leaves (<see cref="Keep"/>) or a state. All members
/// are thread-safe.
/// </summary>
public sealed class TrainingWorker : IDisposable
{
    private readonly WorkerOptions _options;
    private readonly LocalGroup _group;
    private readonly IWorkerSink _sink;
    private readonly TimeProvider _time;
    private readonly Func<PhaseBoard, IReplica> _build;
    private readonly PhaseBoard _phases;
    private readonly DirectiveQueue _directives = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private IReplica? _replica;
    private EvaluationRecord? _validation;
    private int _started;
    private int _disposed;
    private string? _over;
    private long _step;

    public TrainingWorker(WorkerOptions options, LocalGroup group, IWorkerSink sink, TimeProvider time)
        : this(options, group, sink, time, phases => Build(options, group, time, phases))
    {
    }

    internal TrainingWorker(WorkerOptions options, LocalGroup group, IWorkerSink sink, TimeProvider time, Func<PhaseBoard, IReplica> build)
    {
        (_options, _group, _sink, _time, _build) = (options, group, sink, time, build);
        _phases = new PhaseBoard(time, options.StartStep);
        _replica = options.Reuse?.Replica;
        _step = options.StartStep;
        _thread = new Thread(Main) { IsBackground = true, Name = $"sheaf-{options.ExperimentId}-worker-{options.Worker}" };
    }

    /// <summary>Completes (never faults) when the thread has ended: after <c>Finish</c>, <see cref="Stop"/>, a failure, or the group's abort.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The first step that is not applied.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>Why the thread ended, where it was neither <c>Finish</c> nor <see cref="Stop"/>; null otherwise.</summary>
    public string? EndedBecause { get; private set; }

    /// <summary>What the thread is doing now.</summary>
    public WorkerActivity Activity => _phases.Read(_options.Worker);

    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _thread.Start();
        }
    }

    /// <summary>Adds one directive; a sequence number that was given before is ignored.</summary>
    public void Submit(Directive directive) => _directives.Add(directive);

    /// <summary>
    /// Ends the thread as soon as the shard that it computes is done, and the group with it, which cannot go on without this worker. Returns at once; see <see
    /// cref="Completion"/>. Nothing is written; the state is kept until <see cref="Dispose"/>.
    /// </summary>
    public void Stop() => Stop($"Worker {_options.Worker} of generation {_options.Generation} was stopped.");

    /// <summary>As <see cref="Stop()"/>, but <see cref="EndedBecause"/> will say <paramref name="reason"/>: the generation is over.</summary>
    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _over, reason, null);
        Stop(reason);
    }

    /// <summary>
    /// Gives the replica away, with the state before <see cref="Step"/>: the caller owns it. Only once <see cref="Completion"/> is done. Null where it was
    /// never built, where the thread ended in the middle of applying a step, or where it was given away already.
    /// </summary>
    public KeptReplica? Keep()
    {
        if (!Completion.IsCompleted)
        {
            throw new InvalidOperationException("The device thread is still running; wait for Completion.");
        }

        var replica = Interlocked.Exchange(ref _replica, null);
        if (replica is { IsWhole: false })
        {
            replica.Dispose();
            return null;
        }

        return replica is null ? null : new(replica);
    }

    /// <summary>Stops, waits for the thread, and frees the replica.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (!Completion.IsCompleted)
        {
            Stop();
        }

        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            _thread.Join();
        }

        _replica?.Dispose();
        _stopping.Dispose();
    }

    private static Replica Build(WorkerOptions options, LocalGroup group, TimeProvider time, PhaseBoard phases)
    {
        var replica = options.Reuse?.Replica as Replica ?? new Replica(options, time);
        if (!replica.IsOn(options.Computing))
        {
            replica = Moved(replica, options, time);
        }

        replica.Join(options, group, phases);
        return replica;
    }

    /// <summary>A replica that a worker on another GPU of this silo left. Where that fails it stays what it was.</summary>
    private static Replica Moved(Replica left, WorkerOptions options, TimeProvider time)
    {
        var moved = new Replica(options, time);
        try
        {
            moved.Restore(left.Capture());
        }
        catch
        {
            moved.Dispose();
            throw;
        }

        left.Dispose();
        return moved;
    }

    private void Stop(string reason)
    {
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed: it has stopped.
        }

        _directives.Close();
        _group.Abort(reason);
    }

    private void Main()
    {
        try
        {
            var replica = _build(_phases);
            _replica = replica;
            if (_options.From is { } from)
            {
                replica.Restore(from);
                _options.Faults.Hit(Faults.FaultPoint.WhileJoining, _options.Worker, replica.Step);
            }

            Volatile.Write(ref _step, replica.Step);
            _sink.Ready(replica.Step, replica.StateHash);
            _phases.Enter(WorkerPhase.Idle, replica.Step);
            while (_directives.Take() is { } directive && CarryOut(directive))
            {
                _phases.Enter(WorkerPhase.Idle, replica.Step);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stop was asked for.
        }
        catch (ReductionAbortedException e)
        {
            if (!_stopping.IsCancellationRequested)
            {
                EndedBecause = e.Message;
            }
        }
        catch (LeaseLapsedException e)
        {
            EndedBecause = e.Message;
            _group.Abort(e.Message);
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            _directives.Close();
            EndedBecause ??= Volatile.Read(ref _over);
            _phases.Enter(WorkerPhase.Ended, Step);
            _completion.TrySetResult();
        }
    }

    /// <summary>False when nothing more will come.</summary>
    private bool CarryOut(Directive directive)
    {
        var (replica, began) = (_replica!, _time.GetTimestamp());
        if (directive.Kind is DirectiveKind.Evaluate or DirectiveKind.Checkpoint && directive.Step != replica.Step)
        {
            throw new InvalidOperationException(
                $"Directive {directive.Sequence} ({directive.Kind}) is for step {directive.Step}, but worker {_options.Worker} is at step {replica.Step}; "
                    + "a Run to that step must come before it.");
        }

        switch (directive.Kind)
        {
            case DirectiveKind.Run:
                while (replica.Step < directive.Step)
                {
                    var record = replica.RunStep(directive.Rate, _stopping.Token);
                    Volatile.Write(ref _step, replica.Step);
                    _sink.Applied(record);
                    _options.Faults.Hit(Faults.FaultPoint.AfterApply, _options.Worker, record.Step);
                }

                break;
            case DirectiveKind.Evaluate:
                var evaluation = replica.Evaluate(directive.Rows, directive.Weights is { } path ? _options.ReadCheckpoint(path) : null, _stopping.Token);
                _validation = directive.Rows == RowSetKind.Validation ? evaluation : _validation;
                if (_options.IsLeader)
                {
                    _sink.Evaluated(evaluation);
                }

                break;
            case DirectiveKind.Checkpoint:
                if (_options.IsLeader)
                {
                    _phases.Enter(WorkerPhase.Capturing, replica.Step);
                    _options.Lease?.ThrowIfLapsed("no checkpoint is given");
                    var snapshot = NonFiniteText.Checked(replica.Capture(), replica.Constants);
                    _sink.Captured(snapshot with { Score = CheckpointScore.Of(_options.Spec, _validation, replica.Step) });
                }

                break;
            case DirectiveKind.Finish:
                break;
            default:
                throw new InvalidOperationException($"Directive {directive.Sequence} has the unknown kind {directive.Kind}.");
        }

        if (directive.Kind is DirectiveKind.Evaluate or DirectiveKind.Checkpoint)
        {
            _sink.Paused(_time.GetElapsedTime(began));
        }

        _sink.Reached(directive.Sequence, replica.Step);
        return directive.Kind != DirectiveKind.Finish;
    }

    private void Fail(Exception e)
    {
        var failure = Describe(e);
        EndedBecause = failure.Message;
        _sink.Failed(failure);
        _group.Abort($"Worker {_options.Worker} failed at step {failure.Step}: {failure.Message}");
    }

    /// <summary>A fault of the machine (memory, disk, a GPU, an injected one) may not happen elsewhere; anything else that training throws would.</summary>
    private WorkerFailure Describe(Exception e) => e is TrainingException training
        ? new() { Step = training.Step, Shard = training.Shard, OfTheRun = true, Message = training.Message }
        : new()
        {
            Step = Step,
            OfTheRun = e is not (OutOfMemoryException or IOException or Faults.InjectedFaultException or DllNotFoundException or TypeInitializationException
                or CheckpointException { IsAway: true }) && !_options.Computing.IsFault(e),
            Message = e is DataException or UserCode.UserCodeException ? e.Message : Causes.Of(e),
        };
}
