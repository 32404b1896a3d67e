using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

public class RunMachineTests
{
    public static TheoryData<RunState> Terminal => [RunState.Completed, RunState.Failed, RunState.Cancelled];

    public static TheoryData<RunState> All => [.. Enum.GetValues<RunState>()];

    [Theory]
    [MemberData(nameof(Terminal))]
    public void EveryInput_EnsureTerminalStatesAbsorbIt(RunState state)
    {
        var run = Runs.Record(state, generation: 4);
        Assert.Equal(run, RunMachine.Ready(run, Runs.Now).Record);
        Assert.Equal(run, RunMachine.Drained(run, Runs.Now).Record);
        Assert.Equal(run, RunMachine.Failed(run, "x", Runs.Now).Record);
        Assert.Equal(run, RunMachine.Lost(run, [], "x", 1, 4, 3, Runs.Now).Record);
        Assert.Equal(run, RunMachine.Woken(run, [], 4, Runs.Now).Record);
        Assert.Equal(run, RunMachine.Waiting(run, "x").Record);
        Assert.Equal(run, RunMachine.Granted(run, Runs.Grants(2), "f", 4).Record);
        foreach (var desired in Enum.GetValues<DesiredState>())
        {
            var change = RunMachine.Want(run, desired, Runs.Now);
            Assert.Equal(run, change.Record);
            Assert.Equal(state == RunState.Cancelled && desired == DesiredState.Cancel, change.Refusal is null);
        }
    }

    [Fact]
    public void Granted_EnsureNextGenerationWithContiguousLeases()
    {
        var change = RunMachine.Granted(Runs.Record(generation: 6), Runs.Grants(3), "print", 8);
        Assert.Equal(RunState.Starting, change.Record.State);
        Assert.Equal(7, change.Record.Generation);
        Assert.Equal("print", change.Record.Fingerprint);
        Assert.Equal([new(0, 3), new(3, 3), new(6, 2)], change.Record.Workers.Select(worker => worker.Shards));
        Assert.Equal(RunEffects.Regroup, change.Effects);
    }

    [Theory]
    [InlineData(DesiredState.Pause)]
    [InlineData(DesiredState.Cancel)]
    public void Granted_EnsureDevicesGoBackWhereTheyAreNoLongerWanted(DesiredState desired)
    {
        var change = RunMachine.Granted(Runs.Record(RunState.Queued, desired), Runs.Grants(2), "f", 4);
        Assert.Equal(RunState.Queued, change.Record.State);
        Assert.Equal(RunEffects.ReleaseDevices, change.Effects);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Generation_EnsureItNeverShrinks(RunState state)
    {
        var run = Runs.Record(state, generation: 5, workers: 2);
        RunChange[] changes =
        [
            RunMachine.Granted(run, Runs.Grants(2), "f", 4),
            RunMachine.Ready(run, Runs.Now),
            RunMachine.Drained(run, Runs.Now),
            RunMachine.Lost(run, [], "x", 1, 4, 3, Runs.Now),
            RunMachine.Woken(run, [], 4, Runs.Now),
            .. Enum.GetValues<DesiredState>().Select(desired => RunMachine.Want(run, desired, Runs.Now)),
        ];
        Assert.All(changes, change => Assert.True(change.Record.Generation >= 5));
    }

    [Fact]
    public void Pause_EnsureARunningRunDrainsAndThenRests()
    {
        var wanted = RunMachine.Want(Runs.Record(RunState.Running, generation: 1, workers: 2), DesiredState.Pause, Runs.Now);
        Assert.Equal(RunEffects.None, wanted.Effects);
        Assert.Equal(RunState.Running, wanted.Record.State);
        var drained = RunMachine.Drained(wanted.Record, Runs.Now);
        Assert.Equal(RunState.Paused, drained.Record.State);
        Assert.Equal(RunEffects.StopWorkers | RunEffects.ReleaseDevices, drained.Effects);
        Assert.Empty(drained.Record.Workers);
        Assert.Null(drained.Record.Ended);
    }

    [Fact]
    public void Pause_EnsureRepeatingItDoesNothing()
    {
        var once = RunMachine.Want(Runs.Record(RunState.Running, workers: 1), DesiredState.Pause, Runs.Now).Record;
        Assert.Equal(new RunChange(once), RunMachine.Want(once, DesiredState.Pause, Runs.Now));
    }

    [Fact]
    public void Resume_EnsureARunThatStillDrainsIsQueuedAgain()
    {
        var pausing = RunMachine.Want(Runs.Record(RunState.Running, workers: 1), DesiredState.Pause, Runs.Now).Record;
        var resumed = RunMachine.Want(pausing, DesiredState.Run, Runs.Now);
        Assert.Equal(RunEffects.None, resumed.Effects);
        var drained = RunMachine.Drained(resumed.Record, Runs.Now);
        Assert.Equal(RunState.Queued, drained.Record.State);
        Assert.Equal(RunEffects.StopWorkers | RunEffects.ReleaseDevices | RunEffects.RequestDevices, drained.Effects);
    }

    [Theory]
    [InlineData(RunState.Queued)]
    [InlineData(RunState.Starting)]
    [InlineData(RunState.Recovering)]
    [InlineData(RunState.Paused)]
    public void Cancel_EnsureARunWithoutStepsEndsAtOnce(RunState state)
    {
        var change = RunMachine.Want(Runs.Record(state, workers: 1), DesiredState.Cancel, Runs.Now);
        Assert.Equal(RunState.Cancelled, change.Record.State);
        Assert.Equal(Runs.Now, change.Record.Ended);
        Assert.Equal(RunEffects.StopWorkers | RunEffects.ReleaseDevices, change.Effects);
    }

    [Fact]
    public void Cancel_EnsureNothingBringsTheRunBack()
    {
        var cancelling = RunMachine.Want(Runs.Record(RunState.Running, workers: 1), DesiredState.Cancel, Runs.Now).Record;
        Assert.NotNull(RunMachine.Want(cancelling, DesiredState.Run, Runs.Now).Refusal);
        Assert.NotNull(RunMachine.Want(cancelling, DesiredState.Pause, Runs.Now).Refusal);
        Assert.Equal(RunState.Cancelled, RunMachine.Lost(cancelling, Runs.Grants(1), "x", 3, 4, 3, Runs.Now).Record.State);
        Assert.Equal(RunState.Cancelled, RunMachine.Woken(cancelling, Runs.Grants(1), 4, Runs.Now).Record.State);
    }

    [Fact]
    public void Lost_EnsureTheThirdLossAtOneStepFailsTheRun()
    {
        var run = Runs.Record(RunState.Running, workers: 2);
        var first = RunMachine.Lost(run, Runs.Grants(2), "a", 10, 4, 3, Runs.Now).Record;
        Assert.Equal(RunState.Recovering, first.State);
        var second = RunMachine.Lost(first with { State = RunState.Running }, Runs.Grants(2), "b", 10, 4, 3, Runs.Now).Record;
        Assert.Equal(RunState.Recovering, second.State);
        var third = RunMachine.Lost(second with { State = RunState.Running }, Runs.Grants(2), "c", 10, 4, 3, Runs.Now);
        Assert.Equal(RunState.Failed, third.Record.State);
        Assert.Contains("c", third.Record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_EnsureProgressBetweenLossesForgivesThem()
    {
        var run = Runs.Record(RunState.Running, workers: 2);
        for (var step = 0; step < 10; step++)
        {
            run = RunMachine.Lost(run, Runs.Grants(1), "x", step, 4, 3, Runs.Now).Record;
            Assert.Equal(RunState.Recovering, run.State);
            run = run with { State = RunState.Running };
        }
    }

    [Fact]
    public void Woken_EnsureARunWhoseSilosAreAllDeadWaitsForDevices()
    {
        var change = RunMachine.Woken(Runs.Record(RunState.Running, generation: 3, workers: 2), [], 4, Runs.Now);
        Assert.Equal(RunState.Recovering, change.Record.State);
        Assert.Equal(RunEffects.StopWorkers | RunEffects.ReleaseDevices | RunEffects.RequestDevices, change.Effects);
        Assert.Equal(4, RunMachine.Granted(change.Record, Runs.Grants(1), "f", 4).Record.Generation);
    }

    [Fact]
    public void Woken_EnsureTheNextGenerationIsWrittenForThoseThatMayBeAlive()
    {
        var change = RunMachine.Woken(Runs.Record(RunState.Running, generation: 3, workers: 2), Runs.Grants(1), 4, Runs.Now);
        Assert.Equal((RunState.Recovering, 4L, RunEffects.Regroup), (change.Record.State, change.Record.Generation, change.Effects));
        Assert.Equal(new(0, 4), Assert.Single(change.Record.Workers).Shards);
    }

    [Fact]
    public void Lost_EnsureTheSurvivorsGoOnInTheNextGeneration()
    {
        var change = RunMachine.Lost(Runs.Record(RunState.Running, generation: 3, workers: 4), Runs.Grants(2), "silo 'b' died", 10, 4, 3, Runs.Now);
        Assert.Equal((RunState.Recovering, 4L, RunEffects.Regroup), (change.Record.State, change.Record.Generation, change.Effects));
        Assert.Equal([new(0, 2), new(2, 2)], change.Record.Workers.Select(worker => worker.Shards));
        Assert.Equal("silo 'b' died", change.Record.Cause);
    }

    [Fact]
    public void Reshaped_EnsureWhoLeavesIsStillAskedForTheState()
    {
        var joiner = new DeviceGrant { Silo = "b", SiloAddress = "b:1", Device = "cpu:0" };
        var change = RunMachine.Reshaped(Runs.Record(RunState.Running, generation: 3, workers: 1), [joiner], "silo 'a' is drained", 4);
        Assert.Equal(("b:1", "a:1"), (change.Record.Workers[0].SiloAddress, Assert.Single(change.Record.Sources).SiloAddress));
    }

    [Fact]
    public void Pause_EnsureARecoveryEndsBeforeItsStateIsLetGo()
    {
        var change = RunMachine.Want(Runs.Record(RunState.Recovering, generation: 3, workers: 1), DesiredState.Pause, Runs.Now);
        Assert.Equal((RunState.Recovering, DesiredState.Pause, RunEffects.None), (change.Record.State, change.Record.Desired, change.Effects));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Scale_EnsureOneToAsManyWorkersAsShards(int workers, bool accepted) =>
        Assert.Equal(accepted, RunMachine.Scale(Runs.Record(RunState.Running), workers, 4).Refusal is null);

    [Fact]
    public void Needs_EnsureASourceIsMissedUntilTheGenerationRuns()
    {
        var joiner = new DeviceGrant { Silo = "b", SiloAddress = "b:1", Device = "cpu:0" };
        var starting = RunMachine.Reshaped(Runs.Record(RunState.Running, generation: 3, workers: 1), [joiner], "silo 'a' is drained", 4).Record;
        Assert.True(starting.Needs("a:1"));
        Assert.False(RunMachine.Ready(starting, Runs.Now).Record.Needs("a:1"));
        Assert.True(starting.Needs("b:1"));
        Assert.False((starting with { State = RunState.Completed }).Needs("b:1"));
    }

    [Fact]
    public void Woken_EnsureAPausedRunStaysPaused() =>
        Assert.Equal(
            new RunChange(Runs.Record(RunState.Paused, DesiredState.Pause)),
            RunMachine.Woken(Runs.Record(RunState.Paused, DesiredState.Pause), [], 4, Runs.Now));

    [Fact]
    public void Resume_EnsureOnlyAFailureThatIsNotTheRunsOwnCanBeResumed()
    {
        var own = RunMachine.Failed(Runs.Record(RunState.Running), "loss is NaN", Runs.Now).Record;
        Assert.NotNull(RunMachine.Want(own, DesiredState.Run, Runs.Now).Refusal);
        var disk = RunMachine.Failed(Runs.Record(RunState.Running), "disk full", Runs.Now, resumable: true).Record;
        var resumed = RunMachine.Want(disk, DesiredState.Run, Runs.Now);
        Assert.Equal(RunState.Queued, resumed.Record.State);
        Assert.Null(resumed.Record.Ended);
        Assert.NotNull(RunMachine.Want(disk, DesiredState.Cancel, Runs.Now).Refusal);
    }
}
