using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Watching;

/// <summary>
/// All that is known of a run from its updates so far. Immutable and pure: no clock, no terminal, no connection. Applying an update twice, or a
/// whole snapshot after single updates, changes nothing, so a watcher may reconnect at any time.
/// </summary>
internal sealed record RunView(string Id)
{
    /// <summary>The newest whole state; <c>null</c> until the first arrived. Its step and lists may be older than this view's.</summary>
    public Experiment? Experiment { get; private init; }

    public State State { get; private init; }

    public string Reason { get; private init; } = "";

    /// <summary>Committed steps.</summary>
    public long Step { get; private init; }

    public long TotalSteps { get; private init; }

    public Progress? Progress { get; private init; }

    /// <summary>The newest of each kind.</summary>
    public Evaluation? Validation { get; private init; }

    public Evaluation? Test { get; private init; }

    public Checkpoint? Checkpoint { get; private init; }

    /// <summary>The sequence number to ask for next; 0 before the first update.</summary>
    public long NextSequence { get; private init; }

    public long StepsPerEpoch => Experiment?.StepsPerEpoch ?? 0;

    public int Epochs => Experiment?.Epochs ?? 0;

    public IReadOnlyList<string> MetricNames => Experiment?.MetricNames ?? (IReadOnlyList<string>)[];

    public Result? Result => Experiment?.Result;

    /// <summary>The epoch that is being trained, from 1; the last one after the end, 0 while unknown.</summary>
    public int Epoch => StepsPerEpoch == 0 ? 0 : (int)Math.Clamp((Step / StepsPerEpoch) + 1, 1, Math.Max(1, Epochs));

    /// <summary>0 to 1 within <see cref="Epoch"/>.</summary>
    public double EpochFraction => StepsPerEpoch == 0 ? 0 : Math.Clamp((Step - ((Epoch - 1) * StepsPerEpoch)) / (double)StepsPerEpoch, 0, 1);

    /// <summary>
    /// Of what is to come at the present speed, evaluations and checkpoints included; <c>null</c> while the speed is unknown or the run stands still.
    /// </summary>
    public TimeSpan? TimeLeft => State == State.Running && Progress is { HasSecondsLeft: true } progress
        ? TimeSpan.FromSeconds(Math.Clamp(progress.SecondsLeft, 0, TimeSpan.MaxValue.TotalSeconds / 2))
        : null;

    public bool Ended => State.IsTerminal();

    /// <summary>The view after <paramref name="update"/>, and what it brought that was not known before.</summary>
    public (RunView View, IReadOnlyList<RunChange> Changes) Apply(Update update)
    {
        var changes = new List<RunChange>();
        var view = this with { NextSequence = Math.Max(NextSequence, update.Sequence + 1) };
        view = update.KindCase switch
        {
            Update.KindOneofCase.Experiment => view.WithExperiment(update.Experiment, changes),
            Update.KindOneofCase.Progress => view.WithProgress(update.Progress, changes),
            Update.KindOneofCase.Evaluation => view.WithEvaluation(update.Evaluation, changes),
            Update.KindOneofCase.Checkpoint => view.WithCheckpoint(update.Checkpoint, changes),
            Update.KindOneofCase.Event => view.WithEvent(update.Event, changes),
            Update.KindOneofCase.Epoch => view.WithEpoch(update.Epoch, changes),
            // A newer server may know kinds that this client does not.
            _ => view,
        };
        return (view, changes);
    }

    private RunView WithExperiment(Experiment experiment, List<RunChange> changes)
    {
        var view = this with
        {
            Experiment = experiment,
            Step = experiment.Step,
            TotalSteps = experiment.TotalSteps,
            Reason = experiment.Reason,
            State = experiment.State
        };
        foreach (var evaluation in experiment.Evaluations.OrderBy(e => e.Step))
        {
            view = view.WithEvaluation(evaluation, changes);
        }

        // Of the checkpoints that were written before this watcher came only the newest is news.
        if (experiment.Checkpoints.MaxBy(c => c.Step) is { } newest)
        {
            view = view.WithCheckpoint(newest, changes);
        }

        if (State != experiment.State)
        {
            changes.Add(new RunChange.StateChanged());
        }

        return view;
    }

    private RunView WithProgress(Progress progress, List<RunChange> changes)
    {
        var view = this with { Progress = progress, Step = progress.Step, TotalSteps = progress.TotalSteps };
        changes.Add(new RunChange.Progressed(progress));
        return view;
    }

    private RunView WithEvaluation(Evaluation evaluation, List<RunChange> changes)
    {
        var known = evaluation.Rows == Rows.Test ? Test : Validation;
        if (known is not null && known.Step >= evaluation.Step)
        {
            return this;
        }

        changes.Add(new RunChange.Evaluated(evaluation));
        return evaluation.Rows == Rows.Test ? this with { Test = evaluation } : this with { Validation = evaluation };
    }

    private RunView WithCheckpoint(Checkpoint checkpoint, List<RunChange> changes)
    {
        if (Checkpoint is not null && (Checkpoint.Step, Checkpoint.Generation).CompareTo((checkpoint.Step, checkpoint.Generation)) >= 0)
        {
            return this;
        }

        changes.Add(new RunChange.CheckpointWritten(checkpoint));
        return this with { Checkpoint = checkpoint };
    }

    private RunView WithEpoch(EpochSummary epoch, List<RunChange> changes)
    {
        changes.Add(new RunChange.EpochEnded(epoch));
        return this;
    }

    private RunView WithEvent(Event note, List<RunChange> changes)
    {
        changes.Add(new RunChange.Noted(note));
        return this;
    }
}
