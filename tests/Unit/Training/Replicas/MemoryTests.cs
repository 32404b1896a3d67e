using Sheaf.Specs;
using Sheaf.Training.Replicas;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>They measure the process, so they run alone in it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task RunStep_EnsureAtMost6KiBOfManagedMemoryAShardAndNoTensorStays(int shards)
    {
        LayerSpec[] lenet =
        [
            new LayerSpec.Conv2d(6, 3, Padding: 1), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Conv2d(16, 3), new LayerSpec.Relu(),
                new LayerSpec.MaxPool(2),
            new LayerSpec.Flatten(), new LayerSpec.Linear(120), new LayerSpec.Relu(), new LayerSpec.Dropout(), new LayerSpec.Linear(84),
                new LayerSpec.Relu(), new LayerSpec.Linear(3),
        ];
        var (spec, data) = (TinyRun.Spec(lenet, shards), TinyRun.Classes());
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(shards, 1));
        var measured = await Task.Factory.StartNew(
            () =>
            {
                var options = TinyRun.Options(spec, data, new(0, new(0, shards)));
                using var replica = new Replica(options, TimeProvider.System);
                replica.Join(options, group, new(TimeProvider.System, 0));
                for (var step = 0; step < 50; step++)
                {
                    replica.RunStep(null, CancellationToken.None);
                }

                var tensors = Tensor.TotalCount;
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var step = 0; step < 100; step++)
                {
                    replica.RunStep(null, CancellationToken.None);
                }

                return (Bytes: (GC.GetAllocatedBytesForCurrentThread() - before) / 100, Before: tensors, Replica: replica.Step);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.Equal(150, measured.Replica);
        Assert.InRange(measured.Bytes, 1, 6 * 1024 * shards);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_EnsureTenThousandStepsDoNotGrowTheProcess()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Convolutional, shards: 2) with { Schedule = new ScheduleSpec.Constant() }, TinyRun.Classes());
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(2, 1));
        var grown = await Task.Factory.StartNew(
            () =>
            {
                var options = TinyRun.Options(spec, data, new(0, new(0, 2)));
                using var replica = new Replica(options, TimeProvider.System);
                replica.Join(options, group, new(TimeProvider.System, 0));
                long Resident(int steps)
                {
                    for (var step = 0; step < steps; step++)
                    {
                        replica.RunStep(null, CancellationToken.None);
                    }

                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return long.Parse(
                        File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
                }

                var early = Resident(1000);
                return Resident(9000) - early;
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        // A tensor that stays each step would be 10 MB or more; other tests of the process come and go meanwhile.
        Assert.InRange(grown, long.MinValue, 64 << 20);
    }
}
