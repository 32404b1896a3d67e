using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>Whatever number is not finite: what it may stop, and what it may not.</summary>
public sealed class NonFiniteTests
{
    public static TheoryData<string, double> ThatRuinIt => new() { { "sgd", 1e39 }, { "sgd", 1e38 }, { "momentum", 1e39 }, { "adam", 1e39 } };

    /// <summary>The update that would make a weight infinite is not made: the run fails at its step and parameter, with the state before it whole.</summary>
    [Theory]
    [MemberData(nameof(ThatRuinIt))]
    public async Task NonFinite_EnsureTheUpdateThatWouldRuinAWeightFailsTheRunOnAnyNumberOfWorkers(string name, double rate)
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 4, optimizer: Ruinous(name, rate)) with { Schedule = new ScheduleSpec.Constant() };
        var messages = new List<string>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            var run = await TinyRun.RunAsync(spec, Scaled(), workers);
            Assert.Empty(run.Snapshots);
            Assert.All(run.Failures, failure => Assert.True(failure.OfTheRun));
            Assert.All(run.Failures, failure => Assert.Equal((0L, null), (failure.Step, failure.Shard)));
            messages.Add(run.Failures.First().Message);
        }

        Assert.Single(messages.Distinct());
        Assert.StartsWith("The update of step 0 is refused: '1.weight' [", messages[0], StringComparison.Ordinal);
        Assert.EndsWith("Lower the learning rate, set clip_norm, or set non_finite: skip.", messages[0], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ThatRuinIt))]
    public async Task NonFinite_EnsureSkippedUpdatesLeaveTheWeightsAndAreCountedTheSameOnAnyNumberOfWorkers(string name, double rate)
    {
        var spec = TinyRun.Spec(
            TinyRun.Perceptron, shards: 4, optimizer: Ruinous(name, rate)) with
        { Schedule = new ScheduleSpec.Constant(), NonFinite = NonFinitePolicy.Skip };
        var runs = new List<TinyRun.Outcome>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            runs.Add(await TinyRun.RunAsync(spec, Scaled(), workers));
        }

        Assert.All(runs, run => Assert.Empty(run.Failures));
        Assert.All(runs, run => Assert.All(run.Steps.Values, steps => Assert.Equal(Enumerable.Repeat(true, 15), steps.Select(step => step.Skipped))));
        Assert.Single(runs.Select(run => run.Hash).Distinct());
        Assert.Equal((await TinyRun.RunAsync(spec, Scaled(), 1, until: 0)).Hash, runs[0].Hash);
    }

    /// <summary>Figures that are only reported never decide what the step does.</summary>
    [Fact]
    public async Task Metrics_EnsureTheyNeverTouchTheWeights()
    {
        var data = Numbers();
        var spec = TinyRun.Spec([new LayerSpec.Flatten(), new LayerSpec.Linear(1)], shards: 4, optimizer: new OptimizerSpec.Sgd(1e-3))
            with
        { Loss = new LossSpec.MeanAbsoluteError(), Metrics = [], Schedule = new ScheduleSpec.Constant() };
        var without = await TinyRun.RunAsync(spec, data, 1);
        foreach (var policy in new[] { NonFinitePolicy.Fail, NonFinitePolicy.Skip })
        {
            var with = await TinyRun.RunAsync(
                spec with
                {
                    Metrics = [new MetricSpec.RSquared(), new MetricSpec.MeanSquaredError(), new MetricSpec.MeanAbsoluteError()],
                    NonFinite = policy
                }, data, 2);
            Assert.Empty(with.Failures);
            Assert.Equal(without.Hash, with.Hash);
            Assert.Equal(without.Steps[0].Select(step => step.Loss), with.Steps[0].Select(step => step.Loss));
            Assert.All(with.Steps[0], step => Assert.False(step.Skipped));
            Assert.All(with.Steps[0], step => Assert.All(step.Metrics, value => Assert.True(double.IsFinite(value))));
            Assert.All(with.Steps[0], step => Assert.InRange(step.Metrics[1], 1e60, 1e72));
        }
    }

    [Fact]
    public async Task Checkpoint_EnsureAStateThatIsNotFiniteIsNone()
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 1);
        var data = TinyRun.Classes();
        var sound = (await TinyRun.RunAsync(spec, data, 1, until: 2)).Snapshots.Single();
        byte[] bytes = [.. sound.Weights[0].Data.ToArray()];
        BitConverter.GetBytes(float.PositiveInfinity).CopyTo(bytes, 8);
        var broken = sound with { Weights = [new(sound.Weights[0].Name, sound.Weights[0].Type, sound.Weights[0].Shape, bytes), .. sound.Weights.Skip(1)] };

        var run = await TinyRun.RunAsync(spec, data, 1, until: 2, from: broken);

        Assert.Empty(run.Snapshots);
        Assert.Contains($"'{sound.Weights[0].Name}' has values that are not finite", Assert.Single(run.Failures).Message, StringComparison.Ordinal);
    }

    private static OptimizerSpec Ruinous(string name, double rate) => name switch
    {
        "adam" => new OptimizerSpec.Adam(rate),
        "momentum" => new OptimizerSpec.Sgd(rate, 0.9),
        _ => new OptimizerSpec.Sgd(rate),
    };

    /// <summary>Rows whose gradient is well above 10.</summary>
    private static DataBundle Scaled()
    {
        var rows = (TableRows)TinyRun.Classes().Train;
        var (features, targets, all) = (new float[rows.Count * rows.Width], new float[rows.Count], Enumerable.Range(0, rows.Count).ToArray());
        rows.Gather(all, features);
        rows.GatherTargets(all, targets);
        return TinyRun.Bundle(new TableRows(rows.Shape, [.. features.Select(value => value * 1000)], targets, all, null, 3));
    }

    /// <summary>Targets whose squares, and the squares of what is off by, are beyond a float.</summary>
    private static DataBundle Numbers() =>
        TinyRun.Bundle(new TableRows([1, 2, 2], [.. Enumerable.Range(0, 160).Select(i => (i % 7) - 3f)],
            [.. Enumerable.Range(0, 40).Select(row => 1e32f + (row * 1e34f))], [.. Enumerable.Range(0, 40)], null, null));
}
