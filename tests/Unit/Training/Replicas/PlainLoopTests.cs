using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>One shard on one worker is what a plain loop with TorchSharp's own modules and optimizers does, up to the rounding of other kernels.</summary>
public sealed class PlainLoopTests
{
    [Fact]
    public async Task Run_EnsureOneShardWithMomentumEqualsThePlainLoop()
    {
        var data = TinyRun.Classes(train: 96);
        var spec = TinyRun.Spec(
            TinyRun.Perceptron, shards: 1, batch: 32, new OptimizerSpec.Sgd(0.05, 0.9, 1e-3)) with
        { Schedule = new ScheduleSpec.Constant() };
        var run = await TinyRun.RunAsync(spec, data, 1);
        var (plain, losses) = PlainLoop(spec, data, model => optim.SGD(model.parameters(), 0.05, 0.9, weight_decay: 1e-3));
        AssertNear(losses, run.Steps[0].Select(step => (float)step.Loss));
        AssertNear(plain, Floats(run.Snapshots.Single()));
    }

    [Fact]
    public async Task Run_EnsureOneShardWithAdamEqualsThePlainLoop()
    {
        var data = TinyRun.Classes(train: 106);
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 1, batch: 24, new OptimizerSpec.Adam(0.01)) with { Schedule = new ScheduleSpec.Constant() };
        var run = await TinyRun.RunAsync(spec, data, 1);
        var (plain, _) = PlainLoop(spec, data, model => optim.Adam(model.parameters(), 0.01));
        AssertNear(plain, Floats(run.Snapshots.Single()));
    }

    private static (float[] Weights, List<float> Losses) PlainLoop(ExperimentSpec spec, DataBundle data, Func<nn.Module, optim.Optimizer> make)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        var plan = ModelShapes.Plan(spec, data.Train.Shape, data.Train.Classes);
        using var model = ModelBuilder.Build(spec, plan, new StepContext(spec.Seed));
        using var optimizer = make(model);
        var sampler = new StepSampler(spec.Seed, data.Train.Count, spec.BatchSize!.Value, 1);
        var losses = new List<float>();
        for (var step = 0L; step < sampler.StepsPerEpoch * spec.Epochs; step++)
        {
            var rows = new int[sampler.BatchSizeAt(step)];
            sampler.RowsAt(step, 0, rows);
            var features = new float[rows.Length * data.Train.Width];
            var targets = new long[rows.Length];
            data.Train.Gather(rows, features);
            data.Train.GatherClasses(rows, targets);
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(model.forward(tensor(features).reshape(rows.Length, 1, 8, 8)), tensor(targets));
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        return ([.. model.parameters().SelectMany(p => MemoryMarshal.Cast<byte, float>(p.bytes).ToArray())], losses);
    }

    private static void AssertNear(IEnumerable<float> expected, IEnumerable<float> actual)
    {
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one, other, 2e-5f);
        }
    }

    private static float[] Floats(CheckpointSnapshot snapshot) => [.. snapshot.Weights.SelectMany(w => MemoryMarshal.Cast<byte, float>(w.Data.Span).ToArray())];
}
