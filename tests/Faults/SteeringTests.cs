using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>What users do to a run, and what happens meanwhile.</summary>
public sealed class SteeringTests(SharedCluster shared) : FaultTest(shared)
{
    [Fact]
    public async Task ScaledUpAndDown_EnsureTheSameBits()
    {
        // Three times a command line starts, a silo loads and a generation drains: the run must still go on by then, on a busy machine too.
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync("1");
        foreach (var workers in new[] { 3, 1, 2 })
        {
            await run.StepAsync(run.Step + 100);
            var (code, output) = await Cluster.CommandLineAsync("scale", run.Id, "--workers", $"{workers}");
            Assert.True(code == 0, output);
            AssertGoesOn(run);
            await WorkersAsync(run, workers);
        }

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task PausedAndResumed_EnsureTheSameBits()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(300);

        await Cluster.CallAsync((silo, options) => silo.Experiments.PauseAsync(new() { ExperimentId = run.Id }, options));
        await run.StateAsync(State.Paused);
        await Cluster.CallAsync((silo, options) => silo.Experiments.ResumeAsync(new() { ExperimentId = run.Id }, options));

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task PausedAsASiloDies_EnsureItPausesAndResumesWithTheSameBits()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(300);
        var dies = (await SilosOfAsync(run))[0];

        var killing = dies.KillAsync();
        await Cluster.CallAsync((silo, options) => silo.Experiments.PauseAsync(new() { ExperimentId = run.Id }, options));
        await killing;
        AssertGoesOn(run);
        await run.StateAsync(State.Paused);
        await Cluster.CallAsync((silo, options) => silo.Experiments.ResumeAsync(new() { ExperimentId = run.Id }, options));

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task CancelledAsASiloDies_EnsureItIsCancelledAndItsDevicesAreFree()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(300);

        var killing = (await SilosOfAsync(run))[1].KillAsync();
        await Cluster.CallAsync((silo, options) => silo.Experiments.CancelAsync(new() { ExperimentId = run.Id }, options));
        await killing;

        Assert.Equal(State.Cancelled, (await run.EndAsync()).State);
        await AssertUndisturbedAsync(await SubmitAsync("2"));
    }
}
