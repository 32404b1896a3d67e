using Sheaf.Records;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

public sealed class CheckpointScoreTests
{
    /// <summary>Only a state whose loss and score are both finite can be the best, by whatever metric; otherwise a person is told why.</summary>
    [Theory]
    [InlineData("validation_accuracy", 0.5, 0.75, 0.75, null)]
    [InlineData("validation_loss", 0.5, double.NaN, 0.5, null)]
    [InlineData("validation_accuracy", double.NaN, 0.75, null, "the state before step 10 cannot be the best checkpoint: its validation_loss is NaN")]
    [InlineData("validation_accuracy", double.PositiveInfinity, 0.75, null, "its validation_loss is")]
    [InlineData("validation_accuracy", 0.5, double.NaN, null, "its validation_accuracy is NaN")]
    [InlineData("validation_accuracy", 0.5, double.PositiveInfinity, null, "its validation_accuracy is")]
    [InlineData("validation_loss", double.NegativeInfinity, 0.75, null, "its validation_loss is")]
    public void Of_EnsureOnlyFiniteValuesAreAScore(string by, double loss, double accuracy, double? score, string? why)
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, 1) with { Checkpoints = new() { KeepBestBy = by, KeepBest = 1 } };
        var evaluation = new EvaluationRecord { Step = 10, Rows = RowSetKind.Validation, Samples = 4, Loss = loss, Metrics = [accuracy], Classes = [] };

        Assert.Equal(score, CheckpointScore.Of(spec, evaluation, 10));
        Assert.Contains(why ?? "", CheckpointScore.Obstacle(spec, evaluation) ?? "", StringComparison.Ordinal);
        Assert.Equal(why is null, CheckpointScore.Obstacle(spec, evaluation) is null);
    }
}
