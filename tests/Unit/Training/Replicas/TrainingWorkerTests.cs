using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Faults;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Training.Replicas;

public sealed class TrainingWorkerTests
{
    [Fact]
    public async Task Submit_EnsureDirectivesInOrderOfSequenceAndRepeatsIgnored()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Perceptron, shards: 1), TinyRun.Classes());
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(1, 1));
        var outcome = new TinyRun.Outcome();
        using var worker = new TrainingWorker(TinyRun.Options(spec, data, new(0, new(0, 1))), group, outcome.SinkOf(0), TimeProvider.System);
        worker.Start();
        worker.Submit(new(2, DirectiveKind.Run, 5));
        worker.Submit(new(1, DirectiveKind.Checkpoint, 3));
        worker.Submit(new(3, DirectiveKind.Finish, 5));
        worker.Submit(new(1, DirectiveKind.Checkpoint, 3));
        worker.Submit(new(0, DirectiveKind.Run, 3));
        worker.Submit(new(0, DirectiveKind.Run, 90));
        await Ended(worker);
        Assert.Equal([(0, 0, 3), (0, 1, 3), (0, 2, 5), (0, 3, 5)], outcome.Reached);
        Assert.Equal([0, 1, 2, 3, 4], outcome.Steps[0].Select(step => step.Step));
        Assert.Equal(3, outcome.Snapshots.Single().Step);
        Assert.Null(worker.EndedBecause);
    }

    [Fact]
    public async Task Stop_EnsureParkedAndWaitingWorkersEndWithoutAFailure()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Perceptron, shards: 2), TinyRun.Classes());
        var leases = TinyRun.Leases(2, 2);
        using var group = TinyRun.Group(spec, data, leases);
        var outcome = new TinyRun.Outcome();
        using var parked = new TrainingWorker(TinyRun.Options(spec, data, leases[0]), group, outcome.SinkOf(0), TimeProvider.System);
        using var waiting = new TrainingWorker(TinyRun.Options(spec, data, leases[1]), group, outcome.SinkOf(1), TimeProvider.System);
        parked.Start();
        waiting.Start();
        waiting.Submit(new(0, DirectiveKind.Run, 5));
        parked.Stop();
        await Ended(parked);
        await Ended(waiting);
        Assert.Empty(outcome.Failures);
        Assert.Null(parked.EndedBecause);
        Assert.Equal("Worker 0 of generation 1 was stopped.", waiting.EndedBecause);
        Assert.Equal(0, waiting.Step);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeCompute, 4)]
    [InlineData(FaultPoint.BeforeReduce, 4)]
    [InlineData(FaultPoint.AfterReduceBeforeApply, 4)]
    [InlineData(FaultPoint.AfterApply, 5)]
    public async Task Fault_EnsureItFiresAndTheStateAtTheLastAppliedStepGoesOn(FaultPoint point, long step)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        var faults = new ScriptedFaults();
        using var armed = faults.Arm(point, worker: 0, step: 4);
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(4, 1));
        var outcome = new TinyRun.Outcome();
        using var worker = new TrainingWorker(
            TinyRun.Options(spec, data, new(0, new(0, 4))) with { Faults = faults }, group, outcome.SinkOf(0), TimeProvider.System);
        worker.Start();
        worker.Submit(new(0, DirectiveKind.Run, 15));
        await Ended(worker);
        Assert.Equal(1, armed.Hits);
        var failure = outcome.Failures.Single();
        Assert.False(failure.OfTheRun);
        Assert.Contains(point.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Equal(step, worker.Step);
        using var kept = worker.Keep()!;
        var state = kept.Capture();
        Assert.Equal(step, state.Step);
        Assert.Equal((await TinyRun.RunAsync(spec, data, 2)).Hash, (await TinyRun.RunAsync(spec, data, 3, from: state)).Hash);
    }

    [Fact]
    public async Task Fault_EnsureTheOtherWorkerOfTheGroupIsReleased()
    {
        var faults = new ScriptedFaults();
        using var armed = faults.Arm(FaultPoint.BeforeReduce, worker: 1, step: 2);
        var run = await TinyRun.RunAsync(TinyRun.Spec(TinyRun.Perceptron, shards: 2), TinyRun.Classes(), 2, faults: faults);
        Assert.True(armed.Fired.IsCompleted);
        Assert.Single(run.Failures);
        Assert.StartsWith("Worker 1 failed at step 2", run.Ended[0], StringComparison.Ordinal);
        Assert.Equal(2, run.Steps[0].Count);
    }

    [Fact]
    public async Task NonFinite_EnsureFailNamesStepShardAndValue()
    {
        var run = await TinyRun.RunAsync(TinyRun.Spec(TinyRun.Perceptron, shards: 4), WithNaN(row: 50), 2);
        var failure = Assert.Single(run.Failures);
        Assert.True(failure.OfTheRun);
        var (step, shard) = PlaceOf(row: 50);
        Assert.Equal((step, shard), (failure.Step, failure.Shard));
        Assert.Contains("NaN", failure.Message, StringComparison.Ordinal);
        Assert.Empty(run.Snapshots);
    }

    [Fact]
    public async Task NonFinite_EnsureSkipLeavesTheStateAndIsRecorded()
    {
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4) with { NonFinite = NonFinitePolicy.Skip };
        var first = await TinyRun.RunAsync(spec, WithNaN(row: 50), 1);
        var second = await TinyRun.RunAsync(spec, WithNaN(row: 50), 4);
        Assert.Empty(first.Failures);
        Assert.Equal([5, 5, 5], first.Steps[0].GroupBy(step => step.Step / 5).Select(epoch => epoch.Count()));
        Assert.Equal(3, first.Steps[0].Count(step => step.Skipped));
        Assert.Equal(PlaceOf(50).Step, first.Steps[0].First(step => step.Skipped).Step);
        Assert.Equal(first.Hash, second.Hash);
        Assert.All(
            second.Steps.Values,
            records => Assert.Equal(first.Steps[0].SelectMany(step => step.SampleDigests), records.SelectMany(step => step.SampleDigests)));
        Assert.All(first.Steps[0], step => Assert.Equal(4, step.SampleDigests.Count(digest => digest != 0)));
        var floats = first.Snapshots.Single().Weights.Where(w => w.Type == ArrayType.Float32);
        Assert.All(
            floats,
            w => Assert.All(
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(w.Data.Span).ToArray(), value => Assert.True(float.IsFinite(value))));
        Assert.All(first.Snapshots.Single().Weights.Where(w => w.Type == ArrayType.Int64), w => Assert.Equal(12, BitConverter.ToInt64(w.Data.Span)));
    }

    [Fact]
    public async Task Worker_EnsureAModelThatDoesNotFitFailsTheRunNotTheProcess()
    {
        var data = TinyRun.Classes();
        var good = TinyRun.Spec(TinyRun.Perceptron, shards: 1);
        using var group = TinyRun.Group(good, data, TinyRun.Leases(1, 1));
        var outcome = new TinyRun.Outcome();
        var spec = good with { Model = new ModelSpec.Sequential([new LayerSpec.Linear(3)]) };
        using var worker = new TrainingWorker(TinyRun.Options(spec, data, new(0, new(0, 1))), group, outcome.SinkOf(0), TimeProvider.System);
        worker.Start();
        await Ended(worker);
        Assert.True(outcome.Failures.Single().OfTheRun);
        Assert.Contains("flatten", outcome.Failures.Single().Message, StringComparison.Ordinal);
        Assert.Null(worker.Keep());
    }

    [Fact]
    public async Task From_EnsureAForeignCheckpointIsRefusedWithAllDifferences()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 1);
        var half = (await TinyRun.RunAsync(spec, data, 1, until: 2)).Snapshots.Single();
        var other = half with { Weights = [.. half.Weights.Skip(1), new NamedArray("9.weight", ArrayType.Float32, [1], new byte[4])] };
        var run = await TinyRun.RunAsync(spec, data, 1, from: other);
        var message = run.Failures.Single().Message;
        Assert.Contains("'1.weight' is missing", message, StringComparison.Ordinal);
        Assert.Contains("'9.weight' is in the checkpoint", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clip_EnsureTheNormOfTheWholeGradientCountsOnAnySplit()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 4) with { ClipNorm = 0.1 };
        var first = await TinyRun.RunAsync(spec, data, 1);
        Assert.Equal(first.Hash, (await TinyRun.RunAsync(spec, data, 3)).Hash);
        Assert.NotEqual(first.Hash, (await TinyRun.RunAsync(spec with { ClipNorm = null }, data, 1)).Hash);
    }

    [Fact]
    public async Task Clip_EnsureEveryNumberOfTheGradientIsCutOnAnySplitAndTheHashIsOfTheWholeOne()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 4) with { ClipValue = 0.01 };
        var first = await TinyRun.RunAsync(spec, data, 1);
        Assert.Equal(first.Hash, (await TinyRun.RunAsync(spec, data, 3)).Hash);
        var whole = await TinyRun.RunAsync(spec with { ClipValue = null }, data, 1);
        Assert.NotEqual(first.Hash, whole.Hash);
        Assert.Equal(whole.Steps[0].First().GradientHash, first.Steps[0].First().GradientHash);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec with { ClipValue = 1000 }, data, 1)).Hash);
        Assert.NotEqual(first.Hash, (await TinyRun.RunAsync(spec with { ClipNorm = 0.05 }, data, 1)).Hash);
    }

    private static async Task Ended(TrainingWorker worker) => await worker.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

    private static DataBundle WithNaN(int row)
    {
        var good = TinyRun.Classes();
        var features = new float[good.Train.Count * 64];
        var targets = new float[good.Train.Count];
        var all = Enumerable.Range(0, good.Train.Count).ToArray();
        good.Train.Gather(all, features);
        good.Train.GatherTargets(all, targets);
        features[row * 64] = float.NaN;
        return TinyRun.Bundle(new TableRows([1, 8, 8], features, targets, all, null, 3));
    }

    private static (long Step, int? Shard) PlaceOf(int row)
    {
        var sampler = new StepSampler(42, 106, 24, 4);
        for (var step = 0L; ; step++)
        {
            for (var shard = 0; shard < 4; shard++)
            {
                var rows = new int[sampler.ShardSizeAt(step, shard)];
                sampler.RowsAt(step, shard, rows);
                if (rows.Contains(row))
                {
                    return (step, shard);
                }
            }
        }
    }
}
