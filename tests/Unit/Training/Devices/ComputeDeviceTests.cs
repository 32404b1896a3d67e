using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Replicas;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Devices;

/// <summary>
/// Devices with memory of their own: the CPU, told to keep a copy apart as for a GPU, and each GPU of the machine that libtorch can use. All that differs
/// between the two is where libtorch's kernels run.
/// </summary>
public sealed class ComputeDeviceTests
{
    private const string Apart = "cpu, memory apart";

    public static TheoryData<string> Names => [Apart, .. Enumerable.Range(0, Math.Min(Gpus.Visible.Count, Gpus.Usable)).Select(index => $"cuda:{index}")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Run_EnsureTheSameBitsOnAnyNumberOfWorkersAndAfterAResume(string name)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        var device = Of(name);
        var one = await TinyRun.RunAsync(spec, data, 1, device: device);
        var three = await TinyRun.RunAsync(spec, data, 3, device: device);
        Assert.Empty(one.Failures);
        Assert.Equal(15, one.Steps[0].Count);
        Assert.Equal(Steps(one), Steps(three));
        Assert.Equal(one.Hash, three.Hash);
        Assert.Equal(one.Evaluations.Single().Loss, three.Evaluations.Single().Loss);
        var half = await TinyRun.RunAsync(spec, data, 2, until: 7, device: device);
        var rest = await TinyRun.RunAsync(spec, data, 4, from: half.Snapshots.Single(), device: device);
        Assert.Equal(one.Hash, rest.Hash);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Run_EnsureWhatACoreComputes(string name)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        var core = await TinyRun.RunAsync(spec, data, 2);
        var there = await TinyRun.RunAsync(spec, data, 2, device: Of(name));
        if (name == Apart)
        {
            Assert.Equal((core.Hash, core.Evaluations.Single().Loss), (there.Hash, there.Evaluations.Single().Loss));
            Assert.Equal(Steps(core), Steps(there));
        }
        else
        {
            // Other kernels round otherwise; the data, the masks of dropout and the mathematics are the same.
            Assert.All(core.Steps[0].Zip(there.Steps[0]), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-3));
            Assert.Equal(core.Evaluations.Single().Loss, there.Evaluations.Single().Loss, 1e-3);
            Assert.Equal(core.Steps[0].SelectMany(step => step.SampleDigests), there.Steps[0].SelectMany(step => step.SampleDigests));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Run_EnsureSkippedStepsLeaveTheSameStateAsOnACore(string name)
    {
        // The first update throws the weights so far away that no gradient is finite any more.
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(
            TinyRun.Convolutional,
            shards: 4,
            optimizer: new OptimizerSpec.Sgd(1e30, 0)) with
        { NonFinite = NonFinitePolicy.Skip, Schedule = new ScheduleSpec.Constant() };
        var core = await TinyRun.RunAsync(spec, data, 1, until: 4);
        var there = await TinyRun.RunAsync(spec, data, 2, until: 4, device: Of(name));
        Assert.Contains(there.Steps[0], step => step.Skipped);
        Assert.Equal(core.Steps[0].Select(step => step.Skipped), there.Steps[0].Select(step => step.Skipped));
        if (name == Apart)
        {
            Assert.Equal(core.Hash, there.Hash);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Reuse_EnsureAReplicaOfAnotherDeviceBringsItsState(string name)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        var half = (await TinyRun.RunAsync(spec, data, 1, until: 7)).Snapshots.Single();
        var options = TinyRun.Options(spec, data, TinyRun.Leases(4, 1)[0]) with { StartStep = 7 };
        var kept = KeptReplica.Build(options, TimeProvider.System);
        kept.Restore(half);
        var restored = kept.StateHash;
        var (moved, hash) = await EvaluateAndRun(options with { Reuse = kept, ComputesOn = Of(name) });
        var (fresh, expected) = await EvaluateAndRun(options with { From = half, ComputesOn = Of(name) });
        Assert.Equal((0, 7L, restored), moved.Ready.Single());
        Assert.Equal(Steps(fresh), Steps(moved));
        Assert.Equal(fresh.Evaluations.Single().Loss, moved.Evaluations.Single().Loss);
        Assert.Equal(expected, hash);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Evaluate_EnsureAWarmedUpReplicaEvaluatesAsAFreshOne(string name)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        var options = TinyRun.Options(spec, data, TinyRun.Leases(4, 1)[0]) with { ComputesOn = Of(name) };
        var (warm, hash) = await EvaluateAndRun(options with { Reuse = KeptReplica.Build(options, TimeProvider.System) });
        var (fresh, expected) = await EvaluateAndRun(options);
        Assert.Equal(fresh.Evaluations.Single().Loss, warm.Evaluations.Single().Loss);
        Assert.Equal(expected, hash);
    }

    [Fact]
    public void IsFault_EnsureWhatTheLibraryThrowsIsTheDevicesFaultOnlyWhereItHasMemoryOfItsOwn()
    {
        using var layer = nn.Linear(3, 4);
        var thrown = Assert.ThrowsAny<Exception>(() => layer.forward(zeros(2, 5)));
        Assert.True(Of(Apart).IsFault(thrown));
        Assert.False(ComputeDevice.Cpu.IsFault(thrown));
        Assert.False(Of(Apart).IsFault(new InvalidOperationException()));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Run_EnsureWhatTheLibraryThrowsEndsTheRunOnACoreAndTheWorkerOnAGpu(bool memoryApart, bool ofTheRun)
    {
        // A class that there is not: libtorch refuses it in the loss.
        var data = TinyRun.Bundle(new TableRows([1, 8, 8], new float[24 * 64], [.. Enumerable.Repeat(7f, 24)], [.. Enumerable.Range(0, 24)], null, 3));
        var run = await TinyRun.RunAsync(TinyRun.Spec(TinyRun.Perceptron, shards: 1), data, 1, device: new(CPU, memoryApart));
        Assert.Equal(ofTheRun, run.Failures.Single().OfTheRun);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cpu:0")]
    [InlineData("cpu:17")]
    public void Of_EnsureAllCoresAreOneDevice(string name)
    {
        Assert.True(ComputeDevice.Of(name).IsSame(ComputeDevice.Cpu));
        Assert.Equal(Fingerprint.Of("cpu"), Fingerprint.Of(name));
    }

    [Theory]
    [InlineData("gpu:0")]
    [InlineData("cuda")]
    [InlineData("cuda:x")]
    [InlineData("")]
    public void Of_EnsureAnotherNameIsRefusedWithWhatIsAllowed(string name) =>
        Assert.Contains("cpu, cpu:N or cuda:N", Assert.Throws<ArgumentException>(() => ComputeDevice.Of(name)).Message, StringComparison.Ordinal);

    private static ComputeDevice Of(string name) => name == Apart ? new(CPU, hasOwnMemory: true) : ComputeDevice.Of(name);

    /// <summary>Two steps.</summary>
    private static async Task<(TinyRun.Outcome Outcome, ulong StateHash)> EvaluateAndRun(WorkerOptions options)
    {
        using var group = TinyRun.Group(options.Spec, options.Data, [new(0, options.Shards)]);
        var outcome = new TinyRun.Outcome();
        using var worker = new TrainingWorker(options, group, outcome.SinkOf(0), TimeProvider.System);
        worker.Start();
        worker.Submit(new(0, DirectiveKind.Evaluate, options.StartStep));
        worker.Submit(new(1, DirectiveKind.Run, options.StartStep + 2));
        worker.Submit(new(2, DirectiveKind.Finish, options.StartStep + 2));
        await worker.Completion.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Empty(outcome.Failures);
        using var left = worker.Keep()!;
        return (outcome, left.StateHash);
    }

    private static IEnumerable<(long, double, ulong)> Steps(TinyRun.Outcome run) => run.Steps[0].Select(step => (step.Step, step.Loss, step.GradientHash));
}
