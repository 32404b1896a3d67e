using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// What the coordinator knows of the generation that runs now; lost with the activation and not missed, for the next activation writes the next generation.
/// Takes reports in, says what they mean, and plans the directives. Pure but for its own state. Not thread-safe.
/// </summary>
public sealed class GenerationSession
{
    private readonly DirectivePlanner _planner;
    private readonly CommitTracker _commits;
    private readonly long[] _reached;
    private readonly ILookup<string, int> _silos;
    private readonly WorkerReady?[] _ready;
    private readonly List<WorkerFault> _faults = [];
    private readonly List<LostPeer> _lost = [];
    private readonly Dictionary<string, double> _finalValues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _waits = new(StringComparer.Ordinal);
    private CheckpointFault? _checkpointFault;
    private long _checkpointed = -1;

    /// <param name="now">Seconds of the leader's clock.</param>
    /// <param name="evaluations">The newest ones of the generations before, as far as they are known.</param>
    /// <param name="decides">Evaluations decide how the training goes on.</param>
    public GenerationSession(
        RunRecord run,
        RunPlan plan,
        long startStep,
        double now,
        IReadOnlyDictionary<RowSetKind, EvaluationRecord>? evaluations = null,
        bool decides = false)
    {
        (StartStep, Generation) = (startStep, run.Generation);
        Evaluations = new(evaluations ?? new Dictionary<RowSetKind, EvaluationRecord>());
        var evaluated = Evaluations.TryGetValue(RowSetKind.Validation, out var last) ? last.Step : -1;
        _planner = new(plan, startStep, evaluated, run.Checkpoints, decides ? run.Decisions ?? new() : null);
        _commits = new(run.Workers.Count, startStep);
        _reached = Enumerable.Repeat(-1L, run.Workers.Count).ToArray();
        _ready = new WorkerReady?[run.Workers.Count];
        _silos = run.Workers.ToLookup(worker => worker.Silo, worker => worker.Number);
        Heartbeats = new(now);
        Meter = new(run.TrainedSamples, run.TrainedSeconds);
    }

    /// <summary>As far as it is to be carried out.</summary>
    private RunPlan Plan => _planner.Plan;

    public long Generation { get; }

    public long StartStep { get; }

    public ThroughputMeter Meter { get; }

    /// <summary>Steps that are committed.</summary>
    public long Step => _commits.Applied;

    /// <summary>Steps below it were told of by every worker.</summary>
    public long CompleteStep => _commits.Complete;

    public StepCommit? LastStep { get; private set; }

    /// <summary>The newest evaluation of each row set.</summary>
    public Dictionary<RowSetKind, EvaluationRecord> Evaluations { get; }

    /// <summary>The evaluation that is there and that the plan cannot go on without a decision on; null: there is none.</summary>
    public EvaluationRecord? Undecided =>
        _planner.Undecided is { } step && Evaluations.GetValueOrDefault(RowSetKind.Validation) is { } known && known.Step == step ? known : null;

    public IReadOnlyDictionary<string, double> FinalValues => _finalValues;

    public Heartbeats Heartbeats { get; }

    /// <summary>As whom it goes on when the workers have finished; null: nothing is planned.</summary>
    public Reshaping? Next { get; private set; }

    /// <summary>The first step was completed, and nothing has followed from it yet: whoever watches waits for it.</summary>
    public bool IsFirstStepNews { get; private set; }

    /// <summary>Complete steps whose update was skipped.</summary>
    public long Skipped { get; private set; }

    /// <summary>How many of the newest complete steps were skipped, without one in between that was not.</summary>
    public long SkippedInARow { get; private set; }

    /// <summary>Mean time of recent evaluations and captures of checkpoints; 0 before the first.</summary>
    public double SecondsPerPause { get; private set; }

    /// <summary>Time of a step with its share of the pauses between steps; null before the first.</summary>
    public double? SecondsPerStepInAll => Meter.SecondsPerStep + (SecondsPerPause * Plan.PausesWithin(0, Plan.TotalSteps) / Plan.TotalSteps);

    /// <summary>The state that it began with was in memory of silos, and may be in no checkpoint.</summary>
    public bool BeganInMemory { get; init; }

    /// <summary>What silos wait for before their workers can begin; empty: nothing.</summary>
    public string Waits => AllReady
        ? ""
        : string.Join("; ", _waits.GroupBy(wait => wait.Value, wait => $"'{wait.Key}'").Select(same => $"silo {string.Join(", ", same)} {same.Key}"));

    /// <summary>When a silo last said that it waits for something, in seconds of the leader's clock.</summary>
    public double WaitedUntil { get; private set; } = double.NegativeInfinity;

    /// <summary>Whether a silo said that it waits for something before its workers can begin.</summary>
    public bool IsWaiting(string silo) => !AllReady && _waits.ContainsKey(silo);

    public bool AllReady => Array.TrueForAll(_ready, ready => ready is not null);

    /// <summary>Workers that have not said that they have data and weights.</summary>
    public IEnumerable<int> NotReady => Enumerable.Range(0, _ready.Length).Where(worker => _ready[worker] is null);

    /// <summary>The workers begin with the same step and the same bits.</summary>
    public bool Agrees => Array.TrueForAll(_ready, ready => ready is null || (ready.Step == StartStep && ready.StateHash == _ready[0]?.StateHash));

    /// <summary>Failures that were reported, in order.</summary>
    public IReadOnlyList<WorkerFault> Faults => _faults;

    /// <summary>Silos that others could not reduce with.</summary>
    public IReadOnlyList<LostPeer> Lost => _lost;

    /// <summary>The step up to which workers may run.</summary>
    public long Until => _planner.Planned;

    /// <summary>Nothing is added to the directives any more.</summary>
    public bool IsClosed => _planner.IsClosed;

    /// <summary>Records of steps of which not every worker has told.</summary>
    public IEnumerable<StepRecord> OpenRecords => _commits.Open;

    /// <summary>The directives go to the plan's end: what comes after the last step is under way, or done.</summary>
    public bool EndsPlan => _planner.EndsPlan;

    /// <summary>Every worker has carried out Finish.</summary>
    public bool HasStopped =>
        _planner.FinishSequence is { } finish && Array.TrueForAll(_reached, reached => reached >= finish) && _commits.Complete == _planner.Planned;

    /// <summary>
    /// Every worker has carried out Finish, and the last checkpoint is written. One that the end or a pause waits for must be; without any other the state
    /// in memory goes on as it is.
    /// </summary>
    public bool IsFinished => HasStopped
        && (_planner.LastCheckpoint is not { } last || _checkpointed >= last || (_checkpointFault?.Step == last && !_planner.EndsWithCheckpoint));

    /// <summary>The plan is carried out to its end.</summary>
    public bool IsComplete => IsFinished && _planner.EndsPlan && _planner.LastCheckpoint == Plan.TotalSteps;

    /// <summary>The newest checkpoint that could not be written yet; null where it was, or a later one.</summary>
    public CheckpointFault? CheckpointFault => _checkpointFault is { } fault && _checkpointed < fault.Step ? fault : null;

    /// <summary>Null as long as all workers agree on every step.</summary>
    public string? Disagreement => _commits.Disagreement;

    /// <summary>Whether the report has not been taken in: one whose answer was lost comes again.</summary>
    public bool IsNew(SiloReport report) => report.Number > _numbers.GetValueOrDefault(report.Silo, -1);

    /// <summary>Takes a report in. Gives the steps that it completes, in order.</summary>
    public IReadOnlyList<StepCommit> Take(SiloReport report, double now)
    {
        _numbers[report.Silo] = report.Number;
        var complete = new List<StepCommit>(report.Steps.Count);
        foreach (var step in report.Steps)
        {
            _commits.Add(step, complete);
        }

        if (report.Waits.Length > 0)
        {
            (_waits[report.Silo], WaitedUntil) = (report.Waits, now);
        }
        else
        {
            _waits.Remove(report.Silo);
        }

        foreach (var ready in report.Ready)
        {
            _ready[ready.Worker] = ready;
        }

        foreach (var reached in report.Reached)
        {
            _reached[reached.Worker] = Math.Max(_reached[reached.Worker], reached.Sequence);
        }

        foreach (var evaluation in report.Evaluations)
        {
            Evaluations[evaluation.Rows] = evaluation;
        }

        foreach (var checkpoint in report.Checkpoints)
        {
            _checkpointed = Math.Max(_checkpointed, checkpoint.Step);
        }

        foreach (var fault in report.CheckpointFaults)
        {
            _checkpointFault = fault;
        }

        foreach (var (name, value) in report.FinalValues)
        {
            _finalValues[name] = value;
        }

        if (report.Pauses > 0)
        {
            var seconds = report.PauseMicroseconds * 1e-6 / report.Pauses;
            SecondsPerPause = SecondsPerPause > 0 ? (SecondsPerPause + seconds) / 2 : seconds;
        }

        foreach (var step in complete)
        {
            (Skipped, SkippedInARow) = step.Skipped ? (Skipped + 1, SkippedInARow + 1) : (Skipped, 0);
        }

        _faults.AddRange(report.Faults);
        _lost.AddRange(report.Lost);
        Meter.Add(complete);
        Heartbeats.Take(report, complete, now);
        IsFirstStepNews |= LastStep is null && complete.Count > 0;
        LastStep = complete.Count > 0 ? complete[^1] : LastStep;
        _planner.Forget(_reached.Min());
        return complete;
    }

    /// <summary>Extends the list of directives where it is time to. False where nothing was added.</summary>
    public bool Extend()
    {
        var horizon = UntilPolicy.Horizon(Step, Meter.SecondsPerStep, Plan.TotalSteps, end => SecondsPerPause * Plan.PausesWithin(Step, end));
        return !_planner.IsClosed && UntilPolicy.IsDue(_planner.Planned, Step, horizon, Plan.TotalSteps) && _planner.Extend(horizon);
    }

    /// <inheritdoc cref="DirectivePlanner.Decide"/>
    public void Decide(RunDecisions decisions) => _planner.Decide(decisions);

    /// <inheritdoc cref="DirectivePlanner.Count"/>
    public void Count(IReadOnlyList<CheckpointRecord> checkpoints) => _planner.Count(checkpoints);

    public void Drain(bool checkpoint) => _planner.Drain(checkpoint);

    /// <summary>Lets the workers finish, to go on as others. Where nobody takes over, the state must be in a checkpoint.</summary>
    public void DrainFor(Reshaping next)
    {
        Next = next;
        Drain(checkpoint: next.Devices.Count == 0);
    }

    public void FirstStepIsSettled() => IsFirstStepNews = false;

    /// <summary>What a worker has not said to have carried out, in order; sending it again does no harm.</summary>
    public IReadOnlyList<Directive> DirectivesOf(int worker) => _planner.After(_reached[worker]);

    /// <summary>The same for all workers of a silo, from the first that one of them has not carried out.</summary>
    public IReadOnlyList<Directive> DirectivesOf(string silo) => _planner.After(_silos[silo].Select(worker => _reached[worker]).DefaultIfEmpty(-1).Min());

    public RunProgress? Progress() => LastStep is not { } last ? null : new RunProgress
    {
        Step = Step,
        Generation = Generation,
        TotalSteps = Plan.TotalSteps,
        Loss = last.Loss,
        Metrics = last.Metrics,
        StepsPerSecond = Meter.RecentStepsPerSecond,
        SamplesPerSecond = Meter.RecentSamplesPerSecond,
        LearningRate = last.LearningRate,
        SecondsLeft = Meter.SecondsPerStep is { } seconds
            ? ((Plan.TotalSteps - Step) * seconds) + (SecondsPerPause * Plan.PausesWithin(Step, Plan.TotalSteps))
            : null,
    };
}
