using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The list of directives of one generation: steps, and at their boundaries the evaluations and checkpoints of the plan. Grows at its end only, so that every
/// worker carries out the same list. Not thread-safe.
/// </summary>
public sealed class DirectivePlanner
{
    private readonly List<Directive> _open = [];
    private readonly bool _decides;
    private RunDecisions _decisions;
    private IReadOnlyList<CheckpointRecord> _checkpoints;
    private bool _checkpointIsDue;
    private long _sequence;

    /// <param name="evaluated">The last step at which the generations before evaluated; -1: none, or not known.</param>
    /// <param name="checkpoints">Those that count, by step.</param>
    /// <param name="decisions">What evaluations have decided so far; null: the spec lets them decide nothing, and nothing waits for them.</param>
    public DirectivePlanner(
        RunPlan plan, long startStep, long evaluated = -1, IReadOnlyList<CheckpointRecord>? checkpoints = null, RunDecisions? decisions = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startStep);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startStep, plan.TotalSteps);
        (Plan, _decides, _decisions, _checkpoints) = (plan, decisions is not null, decisions ?? new(), checkpoints ?? []);
        Planned = startStep;
        if (startStep == plan.TotalSteps)
        {
            End();
        }
        else if (startStep > 0)
        {
            // The generation before may have broken at this boundary, after its last step.
            Boundary(evaluated < startStep, checkpoint: _checkpoints.Count == 0 || _checkpoints[^1].Step < startStep);
        }
    }

    /// <summary>As far as it is to be carried out: a decision may end it early.</summary>
    public RunPlan Plan { get; private set; }

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
    public bool EndsPlan { get; private set; }

    /// <summary>The current until, as long as the list can go on only once the evaluation there is decided on; null: nothing waits for that.</summary>
    public long? Undecided { get; private set; }

    /// <summary>
    /// The best evaluation is the one at the current until, and its checkpoint does not count yet. Nothing is trained until it does: where the workers that
    /// have this state were lost after another step, nobody would have the best weights.
    /// </summary>
    private bool LacksBest => _decides && !IsClosed && _decisions.BestStep == Planned && _checkpoints.All(known => known.Step != Planned);

    /// <summary>Extends the list up to <paramref name="horizon"/>, a boundary at a time; closes it at the plan's end. False where nothing was added.</summary>
    public bool Extend(long horizon)
    {
        var before = _sequence;
        while (!IsClosed && Undecided is null && !LacksBest && Planned < Math.Min(horizon, Plan.TotalSteps))
        {
            Planned = Math.Min(horizon, Plan.NextBoundary(Planned));
            Add(DirectiveKind.Run, rate: _decisions.RateAt(Planned - 1));
            if (Planned == Plan.TotalSteps)
            {
                End();
                break;
            }

            Boundary(evaluate: true, checkpoint: true);
        }

        return _sequence != before;
    }

    /// <summary>The evaluation that the plan waits for is decided on: it goes on, or ends there.</summary>
    public void Decide(RunDecisions decisions)
    {
        if (IsClosed || Undecided is not { } step)
        {
            return;
        }

        (_decisions, Undecided) = (decisions, null);
        if (decisions.StoppedAt == step)
        {
            Plan = Plan.EndingAt(step);
        }

        Decided();
    }

    /// <summary>These checkpoints count now.</summary>
    public void Count(IReadOnlyList<CheckpointRecord> checkpoints) => _checkpoints = checkpoints;

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
        _checkpointIsDue = checkpoint && Plan.CheckpointsAt(Planned);
        if (Plan.EvaluatesAt(Planned))
        {
            if (evaluate)
            {
                Add(DirectiveKind.Evaluate, RowSetKind.Validation);
            }

            Undecided = _decides && _decisions.Evaluated < Planned ? Planned : null;
        }

        if (Undecided is null)
        {
            Decided();
        }
    }

    private void End()
    {
        if (Plan.HasValidation)
        {
            Add(DirectiveKind.Evaluate, RowSetKind.Validation);
            Undecided = _decides && _decisions.Evaluated < Planned ? Planned : null;
        }

        if (Undecided is null)
        {
            Decided();
        }
    }

    /// <summary>What comes after the evaluation at the current until.</summary>
    private void Decided()
    {
        if (Planned == Plan.TotalSteps)
        {
            Close();
        }
        else if (_checkpointIsDue || LacksBest)
        {
            AddCheckpoint();
        }
    }

    private void Close()
    {
        if (Plan.HasTest)
        {
            var best = _decisions.BestStep is { } step && step != Planned ? _checkpoints.LastOrDefault(known => known.Step == step)?.Path : null;
            Add(DirectiveKind.Evaluate, RowSetKind.Test, weights: best);
        }

        AddCheckpoint();
        EndsWithCheckpoint = true;
        Add(DirectiveKind.Finish);
        IsClosed = EndsPlan = true;
    }

    private void AddCheckpoint()
    {
        LastCheckpoint = Planned;
        Add(DirectiveKind.Checkpoint);
    }

    private void Add(DirectiveKind kind, RowSetKind rows = RowSetKind.Validation, double? rate = null, string? weights = null) =>
        _open.Add(new(_sequence++, kind, Planned, rows, rate, weights));
}
