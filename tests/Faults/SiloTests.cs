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
}
