using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Losses;
using Sheaf.Training.Metrics;
using Sheaf.Training.Models;

namespace Sheaf.Tests.Unit.Training.Metrics;

public sealed class MetricSumsTests
{
    [Theory]
    [InlineData(new[] { 0.1f, 0.7f, 0.2f }, 1)]
    [InlineData(new[] { 0.7f, 0.7f, 0.2f }, 0)]
    [InlineData(new[] { float.NegativeInfinity, 0f, float.PositiveInfinity }, 2)]
    [InlineData(new[] { float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity }, 0)]
    [InlineData(new[] { float.NaN, 0f, 1f }, -1)]
    [InlineData(new[] { 1f, float.NaN, 0f }, -1)]
    [InlineData(new[] { 2f, 1f, float.NaN }, -1)]
    [InlineData(new[] { float.NaN, float.NaN, float.NaN }, -1)]
    public void AddClasses_EnsureARowThatIsNoNumberIsAHitOfNoClass(float[] outputs, int predicted)
    {
        for (var target = 0; target < 3; target++)
        {
            double[] sums = [0], correct = new double[3], samples = new double[3];
            Of([new MetricSpec.Accuracy()], new LossSpec.CrossEntropy(), 3).AddClasses(outputs, [target], sums, correct, samples);
            Assert.Equal((target == predicted ? 1.0 : 0, target == predicted ? 1.0 : 0, 1.0), (sums[0], correct[target], samples[target]));
        }
    }

    [Fact]
    public void AddValues_EnsureSumsBeyondAFloatAreExactEnough()
    {
        float[] targets = [1.7e18f, 1.8e18f, 1.9e18f, 3e38f], outputs = [1.6e18f, 1.8e18f, 2.0e18f, -3e38f];
        MetricSpec[] metrics = [new MetricSpec.MeanSquaredError(), new MetricSpec.MeanAbsoluteError(), new MetricSpec.RSquared()];
        var sums = new double[5];
        Of(metrics, new LossSpec.MeanSquaredError(), 1).AddValues(outputs, targets, sums);
        Assert.All(sums, sum => Assert.True(double.IsFinite(sum)));
        Assert.Equal(targets.Zip(outputs, (target, output) => ((double)target - output) * ((double)target - output)).Sum(), sums[0], 1e65);
    }

    [Fact]
    public void AddValues_EnsureAScoreThatIsNoNumberIsNeitherYesNorNo()
    {
        var metrics = Of([new MetricSpec.Accuracy(), new MetricSpec.Precision(), new MetricSpec.Recall()], new LossSpec.BinaryCrossEntropyWithLogits(), 1);
        var sums = new double[13];
        metrics.AddValues([float.NaN, float.NaN, 1, -1, 2], [0, 1, 1, 0, 0], sums);
        Assert.Equal([0.4, 0.5, 0.5], metrics.Values(sums, 5));
    }

    [Theory]
    [InlineData(new[] { 1f, 1f, 1f, 0f }, 2, 1.0)]
    [InlineData(new[] { 1f, 1f, 1f, 0f }, 3, 0.0)]
    [InlineData(new[] { 1f, float.NaN, 1f, 0f }, 0, 0.0)]
    public void TopK_EnsureOfEqualScoresTheLowerClassComesFirst(float[] outputs, int target, double value)
    {
        var metrics = Of([new MetricSpec.TopKAccuracy(3)], new LossSpec.CrossEntropy(), 4);
        var sums = new double[1];
        metrics.AddClasses(outputs, [target], sums, [], []);
        Assert.Equal([value], metrics.Values(sums, 1));
    }

    /// <summary>Each shard's sums come through a sum of floats bit by bit, whatever they are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void StepScalars_EnsureSumsTravelBesideAGradientAsDoubles(int shards)
    {
        double[] values = [0, -0.0, 1, -1e300, 5e-324, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1 / 3.0,
            (1L << 53) + 2.0, Math.PI];
        var total = new float[shards * 4 * 4];
        var mine = Enumerable.Range(0, shards).Select(
            shard => Enumerable.Range(0, 4).Select(i => values[((shard * 4) + i) % values.Length]).ToArray()).ToArray();
        for (var shard = 0; shard < shards; shard++)
        {
            var part = new float[total.Length];
            StepScalars.Put(part, shard, mine[shard]);
            Assert.All(part, value => Assert.InRange(value, 0, ushort.MaxValue));
            System.Numerics.Tensors.TensorPrimitives.Add(total, part, total);
        }

        Assert.Equal(Sheaf.Training.Collectives.ReductionTree.Sum([.. mine.SelectMany(vector => vector)], shards, 4), StepScalars.Total(total, shards));
    }

    private static MetricSums Of(MetricSpec[] metrics, LossSpec loss, int outputs) =>
        new(TinyRun.Spec(TinyRun.Perceptron, 1) with { Metrics = metrics, Loss = loss }, Loss.Of(loss, outputs), outputs);
}
