using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Faults;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>A generation that is broken off at any place leaves a state that the next one ends with the same bits.</summary>
public sealed class KeptReplicaTests : IDisposable
{
    private readonly List<KeptReplica> _kept = [];

    public void Dispose() => _kept.ForEach(replica => replica.Dispose());

    [Theory]
    [InlineData(FaultPoint.BeforeCompute, false)]
    [InlineData(FaultPoint.BeforeReduce, false)]
    [InlineData(FaultPoint.AfterReduceBeforeApply, false)]
    [InlineData(FaultPoint.AfterApply, false)]
    [InlineData(FaultPoint.BeforeReduce, true)]
    [InlineData(FaultPoint.AfterReduceBeforeApply, true)]
    public async Task Keep_EnsureTheNextGenerationWithOtherLeasesEndsWithTheSameBits(FaultPoint brokenAt, bool memoryApart)
    {
        var data = TinyRun.Classes();
        var device = new ComputeDevice(TorchSharp.torch.CPU, memoryApart);
        foreach (OptimizerSpec optimizer in new OptimizerSpec[] { new OptimizerSpec.Sgd(0.05, 0.9), new OptimizerSpec.Adam(0.01) })
        {
            var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4, optimizer: optimizer);
            var undisturbed = await TinyRun.RunAsync(spec, data, 1);
            var (kept, records) = await Broken(spec, data, [new(0, new(0, 1)), new(1, new(1, 3))], brokenAt, step: 7, device);
            Assert.InRange(kept.Max(replica => replica.Step) - kept.Min(replica => replica.Step), 0, 1);
            var ahead = kept.MaxBy(replica => replica.Step)!;
            foreach (var behind in kept.Where(replica => replica.Step < ahead.Step))
            {
                behind.Restore(ahead.Capture());
            }

            Assert.Single(kept.Select(replica => replica.StateHash).Distinct());
            Assert.Equal(ahead.Step - 1, records.Max(record => record.Step));
            var rest = await GoOn(spec, data, [new(0, new(0, 3)), new(1, new(3, 1))], kept, device);
            Assert.Equal(undisturbed.Hash, rest.Hash);
            Assert.Equal(
                undisturbed.Steps[0].Select(record => (record.Step, record.GradientHash)),
                records.Where(record => record.Step < ahead.Step).Concat(rest.Steps[0]).DistinctBy(record => record.Step).OrderBy(record => record.Step).Select(
                    record => (record.Step, record.GradientHash)));
        }
    }

    [Fact]
    public async Task Keep_EnsureTheNextGenerationMayHaveMoreWorkersOrFewer()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Convolutional, shards: 4), TinyRun.Classes());
        var undisturbed = await TinyRun.RunAsync(spec, data, 1);
        var (two, _) = await Broken(spec, data, TinyRun.Leases(4, 2), FaultPoint.BeforeReduce, step: 2);
        Assert.Equal(undisturbed.Hash, (await GoOn(spec, data, TinyRun.Leases(4, 1), two)).Hash);
        var (one, _) = await Broken(spec, data, TinyRun.Leases(4, 1), FaultPoint.BeforeReduce, step: 11);
        Assert.Equal(undisturbed.Hash, (await GoOn(spec, data, TinyRun.Leases(4, 3), one)).Hash);
    }

    [Fact]
    public async Task Ready_EnsureTheHashIsThatOfTheStateWhateverWayItCame()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Convolutional, shards: 4, optimizer: new OptimizerSpec.Adam(0.01)), TinyRun.Classes());
        var half = await TinyRun.RunAsync(spec, data, 3, until: 6);
        var copied = await TinyRun.RunAsync(spec, data, 2, until: 6, from: half.Snapshots.Single());
        var (kept, _) = await Broken(spec, data, TinyRun.Leases(4, 1), FaultPoint.BeforeReduce, step: 6);
        Assert.Single(copied.Ready.Select(ready => ready.StateHash).Append(kept[0].StateHash).Distinct());
        Assert.All(copied.Ready, ready => Assert.Equal(6, ready.Step));
        Assert.Single(half.Ready.Select(ready => ready.StateHash).Distinct());
        Assert.NotEqual(half.Ready.First().StateHash, copied.Ready.First().StateHash);
    }

    [Fact]
    public async Task Build_EnsureWarmingUpLeavesNoTrace()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Convolutional, shards: 4), TinyRun.Classes());
        _kept.Add(KeptReplica.Build(TinyRun.Options(spec, data, new(0, new(0, 4))), TimeProvider.System));
        var plain = await TinyRun.RunAsync(spec, data, 1);
        var built = await GoOn(spec, data, TinyRun.Leases(4, 1), [_kept[0]]);
        Assert.Equal(plain.Ready.Single(), built.Ready.Single());
        Assert.Equal(plain.Hash, built.Hash);
    }

    [Fact]
    public async Task Restore_EnsureAStateThatDoesNotFitLeavesNothingThatLooksWhole()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Perceptron, shards: 1), TinyRun.Classes());
        var (kept, _) = await Broken(spec, data, TinyRun.Leases(1, 1), FaultPoint.BeforeReduce, step: 2);
        var foreign = kept[0].Capture() with { Weights = [] };
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(1, 1));
        var outcome = new TinyRun.Outcome();
        using var worker = new TrainingWorker(
            TinyRun.Options(spec, data, new(0, new(0, 1))) with { Reuse = kept[0], From = foreign }, group, outcome.SinkOf(0), TimeProvider.System);
        _kept.Remove(kept[0]);
        worker.Start();
        await worker.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.Contains("is missing", outcome.Failures.Single().Message, StringComparison.Ordinal);
        Assert.Null(worker.Keep());
    }

    /// <summary>Runs until worker 0 is stopped by a fault; gives what its threads left.</summary>
    private async Task<(List<KeptReplica> Kept, List<StepRecord> Records)> Broken(
        ExperimentSpec spec, DataBundle data, IReadOnlyList<Lease> leases, FaultPoint point, long step, ComputeDevice? device = null)
    {
        var faults = new ScriptedFaults();
        using var armed = faults.Arm(point, 0, step);
        using var group = TinyRun.Group(spec, data, leases);
        var outcome = new TinyRun.Outcome();
        var workers = leases.Select(lease => new TrainingWorker(TinyRun.Options(spec, data, lease) with { Faults = faults, ComputesOn = device }, group,
            outcome.SinkOf(lease.Worker), TimeProvider.System)).ToList();
        foreach (var worker in workers)
        {
            worker.Start();
            worker.Submit(new(0, DirectiveKind.Run, 15));
        }

        await Ended(workers);
        Assert.Equal(1, armed.Hits);
        Assert.All(workers, worker => Assert.Equal(WorkerPhase.Ended, worker.Activity.Phase));
        var kept = workers.Select(worker => worker.Keep()!).ToList();
        workers.ForEach(worker => worker.Dispose());
        _kept.AddRange(kept);
        return (kept, [.. outcome.Steps.Values.SelectMany(records => records)]);
    }

    private async Task<TinyRun.Outcome> GoOn(
        ExperimentSpec spec, DataBundle data, IReadOnlyList<Lease> leases, IReadOnlyList<KeptReplica> kept, ComputeDevice? device = null)
    {
        using var group = TinyRun.Group(spec, data, leases);
        var outcome = new TinyRun.Outcome();
        var state = kept.Count < leases.Count ? kept[0].Capture() : null;
        var workers = leases.Select((lease, i) => new TrainingWorker(
            TinyRun.Options(spec, data, lease) with
            {
                ComputesOn = device,
                Generation = 2,
                Reuse = i < kept.Count ? kept[i] : null,
                From = i < kept.Count ? null : state
            },
            group,
            outcome.SinkOf(lease.Worker),
            TimeProvider.System)).ToList();
        _kept.RemoveAll(replica => kept.Take(leases.Count).Contains(replica));
        foreach (var worker in workers)
        {
            worker.Start();
            worker.Submit(new(0, DirectiveKind.Run, 15));
            worker.Submit(new(1, DirectiveKind.Checkpoint, 15));
            worker.Submit(new(2, DirectiveKind.Finish, 15));
        }

        await Ended(workers);
        Assert.Empty(outcome.Failures);
        workers.ForEach(worker => worker.Dispose());
        return outcome;
    }

    private static Task Ended(IEnumerable<TrainingWorker> workers) =>
        Task.WhenAll(workers.Select(worker => worker.Completion)).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
}
