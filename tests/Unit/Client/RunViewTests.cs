using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client;

public sealed class RunViewTests
{
    [Fact]
    public void Apply_FirstSnapshot_TellsTheStateAndWhatWasEvaluated()
    {
        var experiment = Samples.Experiment(State.Running, step: 12);
        experiment.Evaluations.Add(Samples.Evaluation(10, Rows.Validation, 0.5, 0.8));
        experiment.Checkpoints.Add(Samples.Checkpoint(5));
        experiment.Checkpoints.Add(Samples.Checkpoint(10));

        var (view, changes) = new RunView(Samples.Id).Apply(Samples.Update(7, experiment));

        Assert.Collection(changes,
            change => Assert.Equal(10, Assert.IsType<RunChange.Evaluated>(change).Evaluation.Step),
            change => Assert.Equal(10, Assert.IsType<RunChange.CheckpointWritten>(change).Checkpoint.Step),
            change => Assert.IsType<RunChange.StateChanged>(change));
        Assert.Equal(State.Running, view.State);
        Assert.Equal((8, 12, 2), (view.NextSequence, view.Step, view.Epoch));
        Assert.Equal(0.2, view.EpochFraction, 12);
    }

    [Fact]
    public void Apply_TheSameSnapshotTwice_ChangesNothing()
    {
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Completed()));

        var (again, changes) = view.Apply(Samples.Update(1, Samples.Completed()));

        Assert.Empty(changes);
        Assert.Equal(view.NextSequence, again.NextSequence);
    }

    [Fact]
    public void Apply_AnEpochOfTheServer_IsToldAsItIs()
    {
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Experiment(State.Running)));
        var epoch = new EpochSummary { Epoch = 1, Loss = 0.5, Samples = 60 };

        var (_, changes) = view.Apply(new Update { Sequence = 2, Epoch = epoch });

        Assert.Equal([new RunChange.EpochEnded(epoch)], changes);
    }

    [Fact]
    public void Apply_ProgressAcrossAnEpochsEnd_TellsNoEpochOfItsOwn()
    {
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Experiment(State.Running)));
        (view, _) = view.Apply(Samples.Update(2, Samples.Progress(9)));

        var (after, changes) = view.Apply(Samples.Update(3, Samples.Progress(11)));

        Assert.DoesNotContain(changes, change => change is RunChange.EpochEnded);
        Assert.Equal((2, 11), (after.Epoch, after.Step));
    }

    [Fact]
    public void Apply_StepsRedoneAfterARecovery_GoesBackAndRepeatsNoEvaluation()
    {
        var view = new RunView(Samples.Id);
        (view, _) = view.Apply(Samples.Update(1, Samples.Experiment(State.Running)));
        (view, _) = view.Apply(Samples.Update(2, Samples.Progress(11)));
        (view, _) = view.Apply(Samples.Update(3, Samples.Evaluation(10, Rows.Validation, 0.5, 0.8)));

        (view, _) = view.Apply(Samples.Update(4, Samples.Progress(8)));
        var (after, changes) = view.Apply(Samples.Update(5, Samples.Evaluation(10, Rows.Validation, 0.5, 0.8)));

        Assert.Empty(changes);
        Assert.Equal((1, 8), (after.Epoch, after.Step));
    }

    [Fact]
    public void Apply_CheckpointOfAnOlderGeneration_IsNoNews()
    {
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Checkpoint(10, generation: 2)));

        Assert.Empty(view.Apply(Samples.Update(2, Samples.Checkpoint(10, generation: 1))).Changes);
        Assert.Single(view.Apply(Samples.Update(3, Samples.Checkpoint(10, generation: 3))).Changes);
    }

    [Fact]
    public void Apply_KindThatThisClientDoesNotKnow_OnlyCounts()
    {
        var (view, changes) = new RunView(Samples.Id).Apply(new Update { Sequence = 4 });

        Assert.Empty(changes);
        Assert.Equal(5, view.NextSequence);
    }

    [Theory]
    [InlineData(State.Running, 80.0, 80.0)]
    [InlineData(State.Running, null, null)]
    [InlineData(State.Paused, 80.0, null)]
    public void TimeLeft_IsTheServersWordAndNotTheSpeedOfTheStepsAlone(State state, double? left, double? seconds)
    {
        var progress = Samples.Progress(4);
        progress.ClearSecondsLeft();
        if (left is { } known)
        {
            progress.SecondsLeft = known;
        }

        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Experiment(state)));
        (view, _) = view.Apply(Samples.Update(2, progress));

        Assert.Equal(seconds, view.TimeLeft?.TotalSeconds);
    }

    [Fact]
    public void Epoch_AtTheEnd_IsTheLastAndFull()
    {
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Completed()));

        Assert.Equal((2, 1.0, true), (view.Epoch, view.EpochFraction, view.Ended));
    }
}
