using Grpc.Net.Client;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class SurvivalTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Restart_EnsureAnUnfinishedRunResumesByItselfAndEndsWithTheSameBits()
    {
        string expected;
        List<StepCommit> undisturbed;
        await using (var silo = await TestSilo.Start(_folder))
        {
            await silo.Submit(_folder, "straight", TestFolder.Spec());
            expected = (await silo.Completed("straight")).Run.Result!.WeightsSha256;
            undisturbed = await silo.Steps("straight");

            // In the middle of an epoch, some steps after the last checkpoint.
            using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 18, () => _gate.Wait(TestSilo.Guard));
            await silo.Submit(_folder, "cut", TestFolder.Spec());
            await held.Fired.WaitAsync(TestSilo.Guard);
            await silo.Until("cut", view => view.Checkpoints.Any(checkpoint => checkpoint.Step == 15));
        }

        // Held until the silo has ended: a worker that is let go before could make the next checkpoint.
        _gate.Set();

        await using var again = await TestSilo.Start(_folder);
        var view = await again.Completed("cut");
        Assert.Equal(expected, view.Run.Result!.WeightsSha256);
        Assert.Equal(2, view.Run.Generation);
        Assert.Contains(view.Events, happened => happened.Message.Contains("goes on from the checkpoint of step 15", StringComparison.Ordinal));
        Assert.DoesNotContain(view.Events, happened => happened.Message.Contains("other bits", StringComparison.Ordinal));
        var steps = await again.Steps("cut");
        Assert.Equal(Enumerable.Range(0, 30).Select(step => (long)step), steps.Select(step => step.Step));
        Assert.Equal(undisturbed.Select(step => step.GradientHash), steps.Select(step => step.GradientHash));
        Assert.Equal(undisturbed.SelectMany(step => step.SampleDigests), steps.SelectMany(step => step.SampleDigests));
    }

    /// <summary>A kill costs the experiment's grain its last second; the coordinator's record counts, also while the experiment can do nothing.</summary>
    [Fact]
    public async Task ListOfCheckpointsThatAKillLeftBehind_EnsureEveryVerbTellsThoseOfTheRecord()
    {
        var state = Path.Combine(_folder.Data, "grains", "experiment", "experiment%2fcut.json");
        byte[] old;
        await using (var silo = await TestSilo.Start(_folder))
        {
            using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 18, () => _gate.Wait(TestSilo.Guard));
            await silo.Submit(_folder, "cut", TestFolder.Spec());
            old = await File.ReadAllBytesAsync(state, TestSilo.Guard);
            await held.Fired.WaitAsync(TestSilo.Guard);
            await silo.Until("cut", view => view.Checkpoints.Select(checkpoint => checkpoint.Step).SequenceEqual([10L, 15]));
        }

        _gate.Set();
        await File.WriteAllBytesAsync(state, old, TestSilo.Guard);
        File.Move(Path.Combine(_folder.Root, "rows.csv"), Path.Combine(_folder.Root, "away.csv"));

        await using var again = await TestSilo.Start(_folder);
        await again.Until("cut", view => view.Checkpoints.Select(checkpoint => checkpoint.Step).SequenceEqual([10L, 15]));
        using var channel = GrpcChannel.ForAddress(again.Addresses.Grpc);
        var checkpoints = new V1.Checkpoints.CheckpointsClient(channel);
        var listed = await checkpoints.ListAsync(new() { ExperimentId = "cut" }, cancellationToken: TestSilo.Guard);
        Assert.Equal([10L, 15], listed.Checkpoints.Select(checkpoint => checkpoint.Step));
        var verified = await checkpoints.VerifyAsync(new() { ExperimentId = "cut" }, cancellationToken: TestSilo.Guard);
        Assert.All(verified.Checkpoints, checkpoint => Assert.True(checkpoint.Intact, checkpoint.Problem));
        using var download = checkpoints.Download(new() { ExperimentId = "cut" }, cancellationToken: TestSilo.Guard);
        Assert.True(await download.ResponseStream.MoveNext(TestSilo.Guard));
        Assert.Equal(RunState.Starting, (await again.Experiment("cut").Describe())!.Run.State);
    }

    [Fact]
    public async Task LostWorker_EnsureTheRunRecoversInANewGenerationWithTheSameBits()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "straight", TestFolder.Spec());
        var expected = (await silo.Completed("straight")).Run.Result!.WeightsSha256;

        // Each strikes once: an injected fault is not the run's own.
        using var first = Once(silo, FaultPoint.BeforeReduce, 1, 12);
        using var second = Once(silo, FaultPoint.AfterReduceBeforeApply, 0, 22);
        await silo.Submit(_folder, "hit", TestFolder.Spec());
        var view = await silo.Completed("hit");
        Assert.True(first.Hits > 0 && second.Hits > 0);
        Assert.Equal(expected, view.Run.Result!.WeightsSha256);
        Assert.Equal(3, view.Run.Generation);
        Assert.Equal(2, view.Events.Count(happened => happened.Message.StartsWith("recovering", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 30).Select(step => (long)step), (await silo.Steps("hit")).Select(step => step.Step));
    }

    [Fact]
    public async Task LostWorker_EnsureTheSameStepLosingThreeFailsTheRun()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var always = silo.Faults.Arm(FaultPoint.BeforeReduce, 0, 12);
        await silo.Submit(_folder, "doomed", TestFolder.Spec());
        var view = await silo.Ended("doomed");
        Assert.Equal(RunState.Failed, view.Run.State);
        Assert.Equal(3, always.Hits);
        Assert.Contains("3 times in a row", view.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedCheckpoint_EnsureTheOneBeforeItIsUsedAndSaid()
    {
        string expected;
        ExperimentView paused;
        await using (var silo = await TestSilo.Start(_folder))
        {
            await silo.Submit(_folder, "straight", TestFolder.Spec());
            expected = (await silo.Completed("straight")).Run.Result!.WeightsSha256;
            using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 0, () => _gate.Wait(TestSilo.Guard));
            await silo.Submit(_folder, "damaged", TestFolder.Spec());
            await held.Fired.WaitAsync(TestSilo.Guard);
            await silo.Until("damaged", view => view.Run.State == RunState.Running);
            await silo.Coordinator("damaged").Want(DesiredState.Pause);
            _gate.Set();
            paused = await silo.Until("damaged", view => view.Run.State == RunState.Paused);
        }

        var weights = Directory.GetFiles(paused.Checkpoints[^1].Path, "weights*").Single();
        var bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);

        await using var again = await TestSilo.Start(_folder);
        await again.Coordinator("damaged").Want(DesiredState.Run);
        var view = await again.Completed("damaged");
        Assert.Equal(expected, view.Run.Result!.WeightsSha256);
        Assert.Contains(
            view.Events, happened => happened.Message.StartsWith($"the checkpoint of step {paused.Checkpoints[^1].Step} is damaged", StringComparison.Ordinal));
        Assert.Contains(
            view.Events,
            happened => happened.Message.Contains($"goes on from the checkpoint of step {paused.Checkpoints[^2].Step} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FullDisk_EnsureTheRunGoesOnAndOlderCheckpointsStay()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var full = silo.Faults.Arm(FaultPoint.WhileCheckpointing, 0, 10, () => throw new IOException("No space left on device"));
        await silo.Submit(_folder, "full", TestFolder.Spec(checkpoints: "{ every: 5 steps, keep: { latest: 9 } }"));
        var view = await silo.Completed("full");
        Assert.True(full.Hits > 0);
        Assert.Equal([5L, 15, 20, 25, 30], view.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Contains(view.Events,
            happened => happened.Level == "error" && happened.Message.Contains("the checkpoint of step 10 could not be written", StringComparison.Ordinal)
            && happened.Message.Contains("No space left on device", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FullDiskAtTheEnd_EnsureTheRunWaitsForRoomAndLosesNothing()
    {
        await using var silo = await TestSilo.Start(_folder);
        using (var full = silo.Faults.Arm(FaultPoint.WhileCheckpointing, 0, 30, () => throw new IOException("No space left on device")))
        {
            await silo.Submit(_folder, "full", TestFolder.Spec());
            await silo.Told("full", message => message.StartsWith("the checkpoint of step 30 could not be written", StringComparison.Ordinal));
            Assert.True(full.Hits > 0);
            Assert.Equal(RunState.Running, (await silo.Experiment("full").Describe())!.Run.State);
            var health = await silo.Coordinator("full").Health();
            Assert.Contains("No space left on device", Assert.Single(health!.Troubles), StringComparison.Ordinal);
        }

        var view = await silo.Until("full", view => view.Run.State == RunState.Completed);
        Assert.Equal(30, view.Checkpoints[^1].Step);
    }

    private static ScriptedFaults.Armed Once(TestSilo silo, FaultPoint point, int worker, long step)
    {
        var struck = 0;
        return silo.Faults.Arm(point, worker, step, () =>
        {
            if (Interlocked.Exchange(ref struck, 1) == 0)
            {
                throw new InjectedFaultException(point, worker, step);
            }
        });
    }
}
