using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

public sealed class RetentionPolicyTests
{
    [Fact]
    public void ToDelete_EnsureTheLatestStay() => Assert.Equal([1, 2], Deleted(new CheckpointSpec { KeepLatest = 2 }, (3, 0.1), (1, 0.1), (4, 0.1), (2, 0.1)));

    [Theory]
    [InlineData("validation_loss", 2)]
    [InlineData("validation_mean_squared_error", 2)]
    [InlineData("validation_accuracy", 3)]
    [InlineData("validation_r_squared", 3)]
    [InlineData("validation_top_3_accuracy", 3)]
    public void ToDelete_EnsureTheBestStaysInTheMetricsDirection(string by, int best)
    {
        var deleted = Deleted(new CheckpointSpec { KeepLatest = 1, KeepBest = 1, KeepBestBy = by }, (1, 0.5), (2, 0.1), (3, 0.9), (4, 0.5));
        Assert.Equal(Enumerable.Range(1, 3).Where(step => step != best), deleted.Select(step => (int)step));
    }

    [Fact]
    public void ToDelete_EnsureMissingAndNaNScoresAreNeverBestAndTiesGoToTheEarlier()
    {
        var spec = new CheckpointSpec { KeepLatest = 1, KeepBest = 2, KeepBestBy = "validation_loss" };
        Assert.Equal([1, 2, 5], Deleted(spec, (1, null), (2, double.NaN), (3, 0.4), (4, 0.4), (5, 0.4), (6, 0.9)));
    }

    [Theory]
    [InlineData("validation_loss")]
    [InlineData("validation_accuracy")]
    public void ToDelete_EnsureOnlyAFiniteScoreCanBeTheBest(string by)
    {
        var spec = new CheckpointSpec { KeepLatest = 1, KeepBest = 2, KeepBestBy = by };
        double?[] odd = [null, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        foreach (var (first, second) in from first in odd from second in odd select (first, second))
        {
            Assert.Equal([1, 2], Deleted(spec, (1, first), (2, second), (3, first)));
            Assert.Equal([1, 3], Deleted(spec, (1, first), (2, 0.5), (3, second), (4, second)));
        }
    }

    [Fact]
    public void ToDelete_EnsureOfOneStepTheNewestGenerationCounts()
    {
        var records = new[] { Record(5, 1, null), Record(5, 2, null), Record(4, 1, null) };
        Assert.Equal([records[0]], RetentionPolicy.ToDelete(records, With(new() { KeepLatest = 2 })));
    }

    [Fact]
    public void ToDelete_EnsureTheNewestAlwaysStays()
    {
        Assert.Equal([1], Deleted(new CheckpointSpec { KeepLatest = 0 }, (1, null), (2, null)));
        Assert.Empty(Deleted(new CheckpointSpec()));
    }

    private static long[] Deleted(CheckpointSpec spec, params (long Step, double? Score)[] records) =>
        [.. RetentionPolicy.ToDelete(records.Select(each => Record(each.Step, 1, each.Score)), With(spec)).Select(record => record.Step)];

    private static ExperimentSpec With(CheckpointSpec checkpoints) => TinyRun.Spec(TinyRun.Perceptron, 1) with
    {
        Checkpoints = checkpoints,
        Metrics = [new MetricSpec.Accuracy(), new MetricSpec.TopKAccuracy(3), new MetricSpec.MeanSquaredError(), new MetricSpec.RSquared()],
    };

    private static CheckpointRecord Record(long step, long generation, double? score) =>
        new() { Step = step, Generation = generation, Path = $"{step}-{generation}", Bytes = 1, WeightsSha256 = "", Score = score };
}
