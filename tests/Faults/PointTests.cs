using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>Faults at the named points of a step, of a checkpoint, of a join and of a coordinator.</summary>
public sealed class PointTests(SharedCluster shared) : FaultTest(shared)
{
    [Theory]
    [InlineData("before-compute", "peer")]
    [InlineData("before-reduce", "peer")]
    [InlineData("while-sending", "peer")]
    [InlineData("after-reduce-before-apply", "peer")]
    [InlineData("after-apply", "peer")]
    [InlineData("before-reduce", "coordinator")]
    [InlineData("after-reduce-before-apply", "coordinator")]
    public async Task SiloKilledInAStep_EnsureTheOthersGoOnToTheSameBits(string point, string reduction)
    {
        var fault = $"{point}@*:700=kill";
        await Cluster.ArmAsync(fault);
        var run = await SubmitAsync("2", reduction);

        var killed = await Cluster.Faults.FiredAsync(fault);

        await AssertUndisturbedAsync(run);
        Assert.Contains(Cluster.Silos, silo => silo.Pid == killed && silo.HasExited);
    }

    [Theory]
    [InlineData("before-compute")]
    [InlineData("before-reduce")]
    [InlineData("after-reduce-before-apply")]
    [InlineData("while-sending")]
    public async Task MachineFaultOfOneWorker_EnsureTheRunGoesOnAndNoSiloIsLost(string point)
    {
        var fault = $"{point}@1:700=throw";
        await Cluster.ArmAsync(point == "while-sending" ? fault = $"{point}@*:700=throw" : fault);
        var run = await SubmitAsync();

        await Cluster.Faults.FiredAsync(fault);

        await AssertUndisturbedAsync(run);
        Assert.All(Cluster.Silos, silo => Assert.False(silo.HasExited));
    }

    [Theory]
    [InlineData("peer")]
    [InlineData("coordinator")]
    public async Task SlowSending_EnsureTheRunWaitsAndEndsWithTheSameBits(string reduction)
    {
        // The reduction through the coordinator has no sockets of its own: there the slow one is late at the barrier.
        var fault = reduction == "peer" ? "while-sending@*:700=delay:1500" : "before-reduce@1:700=delay:1500";
        await Cluster.ArmAsync(fault);
        var run = await SubmitAsync("2", reduction);

        await Cluster.Faults.FiredAsync(fault);

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloKilledAtEachWriteOfACheckpoint_EnsureTheRunGoesOnAndEveryCheckpointThatCountsIsIntact()
    {
        // Two files, two renames, the manifest and its rename; each at a checkpoint of its own.
        var faults = Enumerable.Range(1, 6).Select(write => $"while-checkpointing@*:{200 * write}#{write}=kill").ToArray();
        await Cluster.ArmAsync($"{Pace},{string.Join(',', faults)}");
        var run = await SubmitAsync();

        foreach (var fault in faults)
        {
            var killed = await Cluster.Faults.FiredAsync(fault);
            await Cluster.StartAsync(Cluster.Silos.Single(silo => silo.Pid == killed).Name);
        }

        await AssertUndisturbedAsync(run);
        var verified = await Cluster.CallAsync((silo, options) => silo.Checkpoints.VerifyAsync(new() { ExperimentId = run.Id }, options));
        Assert.NotEmpty(verified.Checkpoints);
        Assert.All(verified.Checkpoints, checkpoint => Assert.True(checkpoint.Intact, checkpoint.Problem));
    }

    [Fact]
    public async Task SiloKilledWhileItJoins_EnsureTheRunGoesOnWithoutIt()
    {
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync("{ min: 1, max: 3 }");
        await WorkersAsync(run, 3);
        await run.StepAsync(200);
        var leaves = (await SilosOfAsync(run))[2];
        await leaves.KillAsync();
        await WorkersAsync(run, 2);
        const string Fault = "while-joining@2:*=kill";
        await Cluster.ArmAsync($"{SlowPace},{Fault}");

        // The silo may die while it starts, which is what is tested.
        await Cluster.LaunchAsync(leaves.Name);

        await Cluster.Faults.FiredAsync(Fault);
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task CoordinatorKilledAfterItWroteAGeneration_EnsureTheNextOneGoesOnFromIt()
    {
        await Cluster.ArmAsync(Pace);
        // Two silos of three die: the last one may have no state, and then begins with what devices there are.
        var run = await SubmitAsync("{ min: 1, max: 2 }");
        await run.StepAsync(300);
        var coordinator = await Cluster.CoordinatorOfAsync(run.Id);
        const string Fault = "after-generation-written@*:*=kill";
        await Cluster.ArmAsync($"{Pace},{Fault}");

        // A lost worker makes the coordinator write a generation.
        await (await SilosOfAsync(run)).First(silo => silo != coordinator).KillAsync();

        var killed = await Cluster.Faults.FiredAsync(Fault);

        await AssertUndisturbedAsync(run);

        // Where it was when it wrote: a grain may move when a silo dies.
        Assert.Contains(Cluster.Silos, silo => silo.Pid == killed && silo.HasExited);
    }

    [Fact]
    public async Task UsersException_EnsureTheRunFailsAtOnceWithStepAndCause_AndTheClusterIsSpared()
    {
        const string Fault = "before-compute@1:700=user-exception";
        await Cluster.ArmAsync(Fault);
        var run = await SubmitAsync();

        var end = await run.EndAsync();

        await Cluster.Faults.FiredAsync(Fault);
        Assert.Equal(State.Failed, end.State);
        Assert.Contains("700", end.Reason, StringComparison.Ordinal);
        Assert.Contains("what a user's code may throw", end.Reason, StringComparison.Ordinal);
        Assert.All(Cluster.Silos, silo => Assert.False(silo.HasExited));
        await AssertUndisturbedAsync(await SubmitAsync("3"));
    }
}
