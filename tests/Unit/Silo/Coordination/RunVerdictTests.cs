using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>How a generation ends by what the user wants by then. A command that was accepted counts, however late it came.</summary>
public sealed class RunVerdictTests
{
    /// <summary>How far a generation of 10 steps with a validation and a test at its end has come.</summary>
    public enum Phase
    {
        /// <summary>Steps are to come that nobody has been granted.</summary>
        Training,

        /// <summary>All steps are done, the evaluations at the end are not.</summary>
        Evaluating,

        /// <summary>The workers have done all; the last checkpoint is not written.</summary>
        Writing,

        Done,

        /// <summary>It was drained before the end, and its checkpoint is written.</summary>
        Drained,
    }

    public static TheoryData<Phase, DesiredState, RunState?> Ends => new()
    {
        { Phase.Training, DesiredState.Run, null },
        { Phase.Training, DesiredState.Pause, null },
        { Phase.Training, DesiredState.Cancel, null },
        { Phase.Evaluating, DesiredState.Run, null },
        { Phase.Evaluating, DesiredState.Pause, null },
        { Phase.Evaluating, DesiredState.Cancel, RunState.Cancelled },
        { Phase.Writing, DesiredState.Run, null },
        { Phase.Writing, DesiredState.Pause, null },
        { Phase.Writing, DesiredState.Cancel, RunState.Cancelled },
        { Phase.Done, DesiredState.Run, RunState.Completed },
        { Phase.Done, DesiredState.Pause, RunState.Paused },
        { Phase.Done, DesiredState.Cancel, RunState.Cancelled },
        { Phase.Drained, DesiredState.Run, RunState.Queued },
        { Phase.Drained, DesiredState.Pause, RunState.Paused },
        { Phase.Drained, DesiredState.Cancel, RunState.Cancelled },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Generation_EndsAsTheUserWantsByThen(Phase phase, DesiredState desired, RunState? end)
    {
        var run = Runs.Record(RunState.Running, desired, generation: 1, workers: 1);
        var session = In(phase, run);

        var change = RunVerdict.Of(run, session, session.IsComplete ? Result : null, Runs.Now);

        Assert.Equal(end, change?.Record.State);
        Assert.Equal(end == RunState.Completed, change?.Record.Result is not null);
        Assert.Equal(end is RunState.Completed or RunState.Cancelled, change?.Record.Ended is not null);
        Assert.True(change?.Effects.HasFlag(RunEffects.StopWorkers | RunEffects.ReleaseDevices) ?? true);
    }

    /// <summary>What fails by its own fault cannot be paused and taken up later; a cancel was accepted all the same.</summary>
    [Theory]
    [InlineData(DesiredState.Run, RunState.Failed)]
    [InlineData(DesiredState.Pause, RunState.Failed)]
    [InlineData(DesiredState.Cancel, RunState.Cancelled)]
    public void OwnFault_EndsARunThatIsNotCancelled(DesiredState desired, RunState end)
    {
        var run = Runs.Record(RunState.Running, desired, generation: 1, workers: 1);
        var session = In(Phase.Training, run);
        session.Take(
            new()
            {
                Silo = "a", Generation = 1, Number = 9,
                Faults = [new() { Worker = 0, Failure = new() { Step = 8, OfTheRun = true, Message = "the loss is NaN" } }]
            },
            0);

        var ended = RunVerdict.Of(run, session, null, Runs.Now)!.Value.Record;

        Assert.Equal((end, "worker 0, step 8: the loss is NaN", Runs.Now), (ended.State, ended.Reason, ended.Ended));
    }

    [Theory]
    [InlineData(DesiredState.Run, true)]
    [InlineData(DesiredState.Cancel, false)]
    public void FailureThatMayBeResumed_IsNoneOfARunThatIsCancelled(DesiredState desired, bool resumable)
    {
        var run = RunMachine.Failed(Runs.Record(RunState.Running, desired), "workers were lost", Runs.Now, resumable: true).Record;

        Assert.Equal(resumable, run.Resumable);
        Assert.Equal(resumable, RunMachine.Want(run, DesiredState.Run, Runs.Now).Refusal is null);
    }

    private static RunResult Result =>
        new() { WeightsSha256 = "", SamplesPerSecond = 1, CheckpointPath = "/c", Metrics = new Dictionary<string, double>(), TrainingSeconds = 1 };

    private static GenerationSession In(Phase phase, RunRecord run)
    {
        var session = new GenerationSession(run, Runs.Plan(epochs: 1), 0, 0, new());
        session.Extend();
        Take(new()
        {
            Silo = "a", Generation = 1,
            Steps = Enumerable.Range(0, 8).Select(step => Runs.Step(step, 0, new(0, 4), microseconds: 300_000)).ToArray()
        });
        if (phase == Phase.Drained)
        {
            session.Drain(checkpoint: true);
        }
        else if (phase > Phase.Training)
        {
            while (session.Extend())
            {
                Take(new()
                {
                    Silo = "a", Generation = 1,
                    Steps = Enumerable.Range((int)session.Step,
                        (int)(session.Until - session.Step)).Select(step => Runs.Step(step, 0, new(0, 4), microseconds: 300_000)).ToArray()
                });
            }
        }

        if (phase is Phase.Writing or Phase.Done or Phase.Drained)
        {
            Take(new() { Silo = "a", Generation = 1, Reached = [new() { Worker = 0, Sequence = session.DirectivesOf(0)[^1].Sequence, Step = session.Until }] });
        }

        if (phase is Phase.Done or Phase.Drained)
        {
            Take(new()
            {
                Silo = "a", Generation = 1,
                Checkpoints = [new() { Step = session.Until, Generation = 1, Path = "/c", Bytes = 1, WeightsSha256 = "" }]
            });
        }

        Assert.Equal(phase is Phase.Evaluating or Phase.Writing or Phase.Done, session.EndsPlan);
        return session;

        void Take(SiloReport report) => session.Take(report, 0);
    }
}
