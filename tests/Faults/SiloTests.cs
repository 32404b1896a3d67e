using Sheaf.Testbed;

namespace Sheaf.Tests.Faults;

/// <summary>Silos that are killed, frozen, taken away or added.</summary>
public sealed class SiloTests(SharedCluster shared) : FaultTest(shared)
{
    [Theory]
    [InlineData("peer")]
    [InlineData("coordinator")]
    public async Task SiloOfAWorkerKilled_EnsureTheRunGoesOn(string reduction)
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync("2", reduction);
        await run.StepAsync(300);
        var coordinator = await Cluster.CoordinatorOfAsync(run.Id);

        await (await SilosOfAsync(run)).First(silo => silo != coordinator).KillAsync();
        AssertGoesOn(run);

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloOfTheCoordinatorKilled_EnsureTheRunGoesOn()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(300);

        await (await Cluster.CoordinatorOfAsync(run.Id)).KillAsync();
        AssertGoesOn(run);

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task TwoOfThreeSilosKilledAtOnce_EnsureTheLastOneGoesOn()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync("3");
        await run.StepAsync(300);
        var coordinator = await Cluster.CoordinatorOfAsync(run.Id);
        var other = Cluster.Silos.First(silo => silo != coordinator);

        await Task.WhenAll(coordinator.KillAsync(), other.KillAsync());
        AssertGoesOn(run);

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloKilledAndStartedAgain_EnsureItJoinsTheRun()
    {
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync("3");
        await WorkersAsync(run, 3);
        await run.StepAsync(200);
        var silo = (await SilosOfAsync(run))[1];
        await silo.KillAsync();
        AssertGoesOn(run);
        await WorkersAsync(run, 2);

        await Cluster.StartAsync(silo.Name);

        await WorkersAsync(run, 3);
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloFrozenUntilItIsDeclaredDead_EnsureTheRunGoesOnAndTheThawedSiloEnds()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(300);
        var frozen = (await SilosOfAsync(run))[1];

        frozen.Freeze();
        await Cluster.CompleteAsync();
        await run.StepAsync(run.Step + 100);
        AssertGoesOn(run);
        frozen.Thaw();

        Assert.NotEqual(0, await frozen.ExitAsync());
        await AssertUndisturbedAsync(run);
    }

    [Theory]
    [InlineData("before-compute")]
    [InlineData("after-reduce-before-apply")]
    public async Task SiloStoppedInAStepAndThawedAtOnce_EnsureAFalseDetectionCostsNothingButTime(string point)
    {
        var fault = $"{point}@1:700=stop";
        await Cluster.ArmAsync(fault);
        var run = await SubmitAsync();

        var stopped = await Cluster.Faults.FiredAsync(fault);
        await Signals.StoppedAsync(stopped);
        Signals.Send(stopped, Signals.Continue);

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloStarted_EnsureItJoinsARunThatWantsMoreWorkers()
    {
        var late = Cluster.Silos[2];
        Assert.Equal(0, await late.StopAsync());
        await Cluster.CompleteAsync();
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync("{ min: 1, max: 3 }");
        await WorkersAsync(run, 2);
        await run.StepAsync(200);

        await Cluster.StartAsync(late.Name);
        AssertGoesOn(run);

        await WorkersAsync(run, 3);
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloDrained_EnsureItsWorkersLeaveAndItCanBeTakenAway()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(200);
        var drained = (await SilosOfAsync(run))[1];

        var (code, output) = await Cluster.CommandLineAsync("drain", drained.Name, "--wait");

        Assert.True(code == 0, output);
        AssertGoesOn(run);
        Assert.DoesNotContain(drained, await SilosOfAsync(run));
        Assert.Equal(0, await drained.StopAsync());
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloStoppedInOrder_EnsureTheRunGoesOn()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(200);

        var coordinator = await Cluster.CoordinatorOfAsync(run.Id);
        AssertGoesOn(run);
        Assert.Equal(0, await coordinator.StopAsync());

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task EachSiloSentSigtermInTurn_EnsureNoStepIsLostAndNobodyCountsAsLost()
    {
        // Three silos leave and come back within the run.
        await Cluster.ArmAsync("before-compute@*:*#*=delay:40");
        var run = await SubmitAsync("3");
        await WorkersAsync(run, 3);
        foreach (var silo in Cluster.Silos)
        {
            await run.StepAsync(run.Step + 50);

            Assert.Equal(0, await silo.StopAsync());

            AssertGoesOn(run);
            await Cluster.StartAsync(silo.Name);
            await WorkersAsync(run, 3);
        }

        await AssertUndisturbedAsync(run);
        await AssertNobodyWasLostAsync(run);
    }

    [Fact]
    public async Task AllSilosSentSigtermAtOnce_EnsureTheRunGoesOnWithTheNextStepAtTheirStart()
    {
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync("3");
        await WorkersAsync(run, 3);
        await run.StepAsync(200);

        Assert.All(await Task.WhenAll(Cluster.Silos.Select(silo => silo.StopAsync())), code => Assert.Equal(0, code));
        AssertGoesOn(run);
        await Cluster.StartAsync([.. Cluster.Silos.Select(silo => silo.Name)]);

        await AssertUndisturbedAsync(run);
        await AssertNobodyWasLostAsync(run);
    }

    [Fact]
    public async Task SecondSignal_EnsureTheSiloEndsAtOnce()
    {
        // No until comes while the step lasts: the silo would wait for it.
        var endless = "before-compute@0:300=delay:60000";
        await Cluster.ArmAsync($"{Pace},{endless}");
        var run = await SubmitAsync();
        await Cluster.Faults.FiredAsync(endless);
        var silo = (await SilosOfAsync(run))[0];
        var before = Asked();
        Signals.Send(silo.Pid, Signals.Terminate);
        await Until.TrueAsync(() => Asked() > before, "the silo has heard of the signal", TestContext.Current.CancellationToken);

        Signals.Send(silo.Pid, Signals.Terminate);

        Assert.Equal(128 + Signals.Kill, await silo.ExitAsync());
        await AssertUndisturbedAsync(run);

        // Processes of one name write one log.
        int Asked() => File.ReadLines(silo.Log).Count(line => line.Contains("Asked to end", StringComparison.Ordinal));
    }

    /// <summary>
    /// No generation began because somebody was lost. A coordinator whose place in the grain directory only the leaving silo knew is started anew on another.
    /// </summary>
    private async Task AssertNobodyWasLostAsync(RunFollower run)
    {
        const string StartedAnew = "the coordinator was started anew";
        var end = await Cluster.DescribeAsync(run.Id);
        Assert.DoesNotContain(
            end.Events, e => e.Message.Contains("recover", StringComparison.OrdinalIgnoreCase) && !e.Message.EndsWith(StartedAnew, StringComparison.Ordinal));
        string[] orderly = ["submitted", "resumed", "is drained", "joined", "its coordinator leaves", StartedAnew];
        Assert.All(end.Generations, generation => Assert.Contains(orderly, cause => generation.Reason.Contains(cause, StringComparison.Ordinal)));
    }
}
