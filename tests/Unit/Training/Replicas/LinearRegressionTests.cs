using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Unit.Training.Replicas;

public sealed class LinearRegressionTests
{
    [Fact]
    public async Task Run_EnsureTheTextbookExampleToFourDecimals()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests run inside a checkout: the example is read from there.");
        }

        var folder = Path.Combine(root.FullName, "examples");
        var spec = SpecParser.Parse(
            await File.ReadAllTextAsync(Path.Combine(folder, "linear-regression.yaml"), TestContext.Current.CancellationToken), folder).Spec!;
        var run = await TinyRun.RunAsync(spec, DataLoader.Load(spec.Data, spec.Seed, null, TestContext.Current.CancellationToken), 1);
        var weights = run.Snapshots.Single().Weights;
        Assert.Equal(1000, run.Steps[0].Count);
        Assert.Equal("1.9690", BitConverter.ToSingle(weights[0].Data.Span).ToString("F4"));
        Assert.Equal("1.0235", BitConverter.ToSingle(weights[1].Data.Span).ToString("F4"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public async Task Run_EnsureGradientDescentReachesTheClosedForm(int shards, int workers)
    {
        var random = new KeyedRandom(5, RandomPurpose.Shuffle, 0, 0);
        var x = new float[80];
        random.Fill(x);
        var y = x.Select(value => 1 + (2 * value) + (0.1f * (random.NextSingle() + random.NextSingle() - 1))).ToArray();
        var rows = new TableRows([1], x, y, [.. Enumerable.Range(0, 80)], null, null);
        var spec = TinyRun.Spec([new LayerSpec.Linear(1)], shards, optimizer: new OptimizerSpec.Sgd(0.1)) with
        {
            BatchSize = null,
            Epochs = 1000,
            Loss = new LossSpec.MeanSquaredError(),
            Schedule = new ScheduleSpec.Constant(),
            Metrics = [new MetricSpec.RSquared(), new MetricSpec.MeanAbsoluteError(), new MetricSpec.MeanSquaredError()],
        };
        var run = await TinyRun.RunAsync(spec, TinyRun.Bundle(rows, rows), workers);
        double meanX = x.Average(), meanY = y.Average();
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
        var weights = run.Snapshots.Single().Weights;
        Assert.Equal(slope, BitConverter.ToSingle(weights[0].Data.Span), 1e-3);
        Assert.Equal(meanY - (slope * meanX), BitConverter.ToSingle(weights[1].Data.Span), 1e-3);
        var evaluation = run.Evaluations.Single();
        var residuals = x.Zip(y, (a, b) => b - (meanY - (slope * meanX)) - (slope * a)).ToList();
        Assert.Equal(residuals.Average(r => r * r), evaluation.Loss, 1e-6);
        Assert.Equal(1 - (residuals.Sum(r => r * r) / y.Sum(b => (b - meanY) * (b - meanY))), evaluation.Metrics[0], 1e-4);
        Assert.Equal(residuals.Average(Math.Abs), evaluation.Metrics[1], 1e-3);
        Assert.Equal(evaluation.Loss, evaluation.Metrics[2], 1e-9);
        Assert.Empty(evaluation.Classes);
    }
}
