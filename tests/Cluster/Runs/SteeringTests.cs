using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class SteeringTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Pause_EnsureACheckpointIsWrittenDevicesAreFreeAndResumeEndsWithTheSameBits()
    {
        await using var silo = await TestSilo.Start(_folder, "cpu:2");
        await silo.Submit(_folder, "straight", TestFolder.Spec());
        var expected = (await silo.Completed("straight")).Run.Result!.WeightsSha256;

        using (var held = Hold(silo))
        {
            await silo.Submit(_folder, "paused", TestFolder.Spec());
            await held.Fired.WaitAsync(TestSilo.Guard);
            await silo.Until("paused", view => view.Run.State == RunState.Running);
            var pausing = await silo.Coordinator("paused").Want(DesiredState.Pause);
            Assert.Null(pausing.Refusal);
            Assert.Equal(RunState.Running, pausing.View!.Run.State);
            Assert.Equal("pauses at the next until", pausing.View.Run.Reason);
            _gate.Set();
        }

        var paused = await silo.Until("paused", view => view.Run.State == RunState.Paused);
        Assert.Equal((new CoordinationOptions().FirstSteps, new CoordinationOptions().FirstSteps), (paused.Run.Step, paused.Checkpoints[^1].Step));
        Assert.Empty(paused.Run.Workers);

        // The devices are free: another run completes meanwhile.
        await silo.Submit(_folder, "between", TestFolder.Spec());
        await silo.Completed("between");

        Assert.Null((await silo.Coordinator("paused").Want(DesiredState.Run)).Refusal);
        var view = await silo.Completed("paused");
        Assert.Equal(expected, view.Run.Result!.WeightsSha256);
        Assert.Equal(2, view.Run.Generation);
        var steps = await silo.Steps("paused");
        Assert.Equal(Enumerable.Range(0, 30).Select(step => (long)step), steps.Select(step => step.Step));
        Assert.Equal((await silo.Steps("straight")).Select(step => step.GradientHash), steps.Select(step => step.GradientHash));
    }

    [Fact]
    public async Task Cancel_EnsureTheRunEndsAtTheNextUntilAndStaysCancelled()
    {
        await using var silo = await TestSilo.Start(_folder, "cpu:2");
        using (var held = Hold(silo))
        {
            await silo.Submit(_folder, "gone", TestFolder.Spec());
            await held.Fired.WaitAsync(TestSilo.Guard);
            await silo.Until("gone", view => view.Run.State == RunState.Running);
            Assert.Null((await silo.Coordinator("gone").Want(DesiredState.Cancel)).Refusal);
            Assert.Null((await silo.Coordinator("gone").Want(DesiredState.Cancel)).Refusal);
            Assert.NotNull((await silo.Coordinator("gone").Want(DesiredState.Run)).Refusal);
            _gate.Set();
        }

        var view = await silo.Ended("gone");
        Assert.Equal(RunState.Cancelled, view.Run.State);
        Assert.NotNull(view.Run.Ended);
        Assert.Equal(new CoordinationOptions().FirstSteps, view.Run.Step);
        Assert.NotNull((await silo.Coordinator("gone").Want(DesiredState.Run)).Refusal);
        Assert.Null((await silo.Coordinator("gone").Want(DesiredState.Cancel)).Refusal);
    }

    [Fact]
    public async Task Submit_EnsureBusyDevicesQueueTheExperimentInOrderWithTheReason()
    {
        await using var silo = await TestSilo.Start(_folder, "cpu:2");
        using (var held = Hold(silo))
        {
            await silo.Submit(_folder, "first", TestFolder.Spec());
            await held.Fired.WaitAsync(TestSilo.Guard);
            var second = await silo.Submit(_folder, "second", TestFolder.Spec());
            Assert.Equal(RunState.Queued, second.Run.State);
            Assert.Equal("waits for 2 devices: 0 of 2 free, 'first' has 2", second.Run.Reason);
            var third = await silo.Submit(_folder, "third", TestFolder.Spec(workers: "1"));
            Assert.Contains("1 before it in the queue", third.Run.Reason, StringComparison.Ordinal);

            // A queued run can be paused, resumed, cancelled.
            Assert.Equal(RunState.Paused, (await silo.Coordinator("third").Want(DesiredState.Pause)).View!.Run.State);
            Assert.Equal(RunState.Queued, (await silo.Coordinator("third").Want(DesiredState.Run)).View!.Run.State);
            _gate.Set();
        }

        await silo.Completed("first");
        await silo.Completed("second");
        await silo.Completed("third");
    }

    /// <summary>Holds the first step: nothing is measured yet, so the until is known.</summary>
    private ScriptedFaults.Armed Hold(TestSilo silo) => silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 0, () => _gate.Wait(TestSilo.Guard));
}
