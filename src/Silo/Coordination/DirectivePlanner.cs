using Sheaf.Records;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The list of directives of one generation: steps, and at their boundaries the evaluations and checkpoints of the plan. Grows at its end only, so that every
/// worker carries out the same list. Not thread-safe.
/// </summary>
public sealed class DirectivePlanner
{
    private readonly RunPlan _plan;
    private readonly List<Directive> _open = [];
    private long _sequence;

    /// <param name="evaluated">The last step at which the generations before evaluated; -1: none, or not known.</param>
    /// <param name="checkpointed">The step of the last checkpoint that counts; -1: there is none.</param>
    public DirectivePlanner(RunPlan plan, long startStep, long evaluated = -1, long checkpointed = -1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startStep);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startStep, plan.TotalSteps);
        _plan = plan;
        Planned = startStep;
        if (startStep == plan.TotalSteps)
        {
            End();
        }
        else if (startStep > 0)
        {
            // The generation before may have broken at this boundary, after its last step.
            Boundary(evaluated < startStep, checkpointed < startStep);
        }
    }

    /// <summary>The step up to which workers may run: the current until.</summary>
    public long Planned { get; private set; }

    /// <summary>Whether the list ends with Finish: nothing can be added.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The sequence number of Finish; null before it is there.</summary>
    public long? FinishSequence => IsClosed ? _sequence - 1 : null;

    /// <summary>Where the last checkpoint of the list is; the one that a pause or the end of the run waits for.</summary>
    public long? LastCheckpoint { get; private set; }

    /// <summary>The list ends with a checkpoint that has to be safe before the state in memory may be let go: at the end of the run, or of a pause.</summary>
    public bool EndsWithCheckpoint { get; private set; }

    /// <summary>The list ends at the plan's end.</summary>
    public bool EndsPlan => IsClosed && Planned == _plan.TotalSteps;

    /// <summary>Extends the list up to <paramref name="horizon"/>, a boundary at a time; closes it at the plan's end. False where nothing was added.</summary>
    public bool Extend(long horizon)
    {
        var before = _sequence;
        while (!IsClosed && Planned < Math.Min(horizon, _plan.TotalSteps))
        {
            Planned = Math.Min(horizon, _plan.NextBoundary(Planned));
            Add(DirectiveKind.Run);
            if (Planned == _plan.TotalSteps)
            {
                End();
                break;
            }

            Boundary(evaluate: true, checkpoint: true);
        }

        return _sequence != before;
    }

    /// <summary>Closes the list at the current until, after a checkpoint there where one is wanted.</summary>
    public void Drain(bool checkpoint)
    {
        if (IsClosed)
        {
            return;
        }

        if (checkpoint && LastCheckpoint != Planned)
        {
            AddCheckpoint();
        }

        EndsWithCheckpoint = checkpoint;
        Add(DirectiveKind.Finish);
        IsClosed = true;
    }

    /// <summary>What a worker that has carried out <paramref name="reached"/> (-1: nothing) still has to do, in order.</summary>
    public IReadOnlyList<Directive> After(long reached) => _open.Where(directive => directive.Sequence > reached).ToArray();

    /// <summary>Forgets what every worker has carried out.</summary>
    public void Forget(long reachedByAll) => _open.RemoveAll(directive => directive.Sequence <= reachedByAll);

    private void Boundary(bool evaluate, bool checkpoint)
    {
        if (evaluate && _plan.EvaluatesAt(Planned))
        {
            Add(DirectiveKind.Evaluate, RowSetKind.Validation);
        }

        if (checkpoint && _plan.CheckpointsAt(Planned))
        {
            AddCheckpoint();
        }
    }

    private void End()
    {
        if (_plan.HasValidation)
        {
            Add(DirectiveKind.Evaluate, RowSetKind.Validation);
        }

        if (_plan.HasTest)
        {
            Add(DirectiveKind.Evaluate, RowSetKind.Test);
        }

        AddCheckpoint();
        EndsWithCheckpoint = true;
        Add(DirectiveKind.Finish);
        IsClosed = true;
    }

    private void AddCheckpoint()
    {
        LastCheckpoint = Planned;
        Add(DirectiveKind.Checkpoint);
    }

    private void Add(DirectiveKind kind, RowSetKind rows = RowSetKind.Validation) => _open.Add(new(_sequence++, kind, Planned, rows));
}
