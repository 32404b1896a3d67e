using Sheaf.Silo.Workers;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Data;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Silo.Workers;

public sealed class FinalValuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Inputs of very different sizes, two targets that are lines of them without noise: what is printed are these lines, in the table's own units.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_ALinearModelOfNormalizedInputs_GivesTheLinesInTheUnitsOfTheTable(int workers)
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 60).Select(_ => (A: 100 * random.NextDouble(), B: 0.01 * random.NextDouble(), C: random.NextDouble() - 5)).ToList();
        var path = _folder.Text(
            "lines.csv", "a,b,c,one,two\n" + string.Concat(rows.Select(row =>
            $"{row.A:R},{row.B:R},{row.C:R},{3 + (0.2 * row.A) - (100 * row.B):R},{(0.05 * row.A) + (4 * row.C) - 1:R}\n")));
        var spec = SpecParser.Parse(
            $$$"""
            name: lines
            data:
              train: {format: csv, path: {{{path}}}, features: [a, b, c], target: [one, two]}
              transforms: [normalize, {scale: 0.5}]
            model: {layers: [{linear: 2}]}
            loss: mean_squared_error
            optimizer: {sgd: {learning_rate: 1.0}}
            batch_size: all
            epochs: 800
            shards: 2
            metrics: [mean_squared_error]
            """,
            "/").Spec!;
        var data = DataLoader.Load(spec.Data, spec.Seed, null, TestContext.Current.CancellationToken);

        var run = await TinyRun.RunAsync(spec, data, workers);

        var values = FinalValues.Of(spec, data.Facts, run.Snapshots.Single());
        (string Name, double Value)[] expected =
        [
            ("intercept_one", 3), ("slope_a_one", 0.2), ("slope_b_one", -100), ("slope_c_one", 0),
            ("intercept_two", -1), ("slope_a_two", 0.05), ("slope_b_two", 0), ("slope_c_two", 4),
        ];
        Assert.Equal(expected.Select(each => each.Name).Order(), values.Keys.Order());
        Assert.All(expected, each => Assert.True(Math.Abs(values[each.Name] - each.Value) <= 0.002 * Math.Max(1, Math.Abs(each.Value)),
            $"{each.Name} is {values[each.Name]}."));
    }

    /// <summary>A logistic regression: what is printed, put into softmax with the table's own numbers, gives the model's probabilities.</summary>
    [Theory]
    [InlineData("[{linear: 3}]", "cross_entropy")]
    [InlineData("[{linear: 3}, log_softmax]", "nll")]
    public async Task Of_ALogisticRegressionOfNormalizedInputs_GivesTheScoresOfClassesInTheUnitsOfTheTable(string layers, string loss)
    {
        var random = new Random(8);
        var rows = Enumerable.Range(0, 90).Select(_ => (A: 100 * random.NextDouble(), B: 0.01 * random.NextDouble())).ToList();
        var path = _folder.Text(
            "classes.csv",
            "a,b,kind\n" + string.Concat(rows.Select(row => $"{row.A:R},{row.B:R},{(row.A > 60 ? 2 : row.B > 0.005 ? 1 : 0)}\n")));
        var spec = SpecParser.Parse(
            $$$"""
            name: classes
            data:
              train: {format: csv, path: {{{path}}}, features: [a, b], target: kind}
              transforms: [normalize]
            model: {layers: {{{layers}}}}
            loss: {{{loss}}}
            optimizer: {sgd: {learning_rate: 0.5}}
            batch_size: all
            epochs: 20
            shards: 2
            """,
            "/").Spec!;
        var data = DataLoader.Load(spec.Data, spec.Seed, null, TestContext.Current.CancellationToken);
        var snapshot = (await TinyRun.RunAsync(spec, data, 1)).Snapshots.Single();

        var values = FinalValues.Of(spec, data.Facts, snapshot);

        Assert.Equal(9, values.Count);
        using var predictor = new Predictor(spec, data.Facts, snapshot, null);
        var predicted = predictor.Predict(data.Train, withTargets: false, TestContext.Current.CancellationToken).ToList();
        foreach (var row in predicted)
        {
            var (a, b) = rows[(int)row.Id];
            var scores = Enumerable.Range(0, 3).Select(kind =>
                Math.Exp(values[$"intercept_{kind}"] + (values[$"slope_a_{kind}"] * a) + (values[$"slope_b_{kind}"] * b))).ToList();
            Assert.All(scores.Zip(row.Probabilities), pair => Assert.Equal(pair.Second, pair.First / scores.Sum(), 1e-5));
        }
    }

    [Fact]
    public void Of_AModelOfSeveralLayers_IsEmpty()
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, 1);
        Assert.Empty(FinalValues.Of(spec, TinyRun.Classes().Facts, null!));
    }
}
