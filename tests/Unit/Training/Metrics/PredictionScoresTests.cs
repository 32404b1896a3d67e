using Sheaf.Specs;
using Sheaf.Training.Metrics;

namespace Sheaf.Tests.Unit.Training.Metrics;

public class PredictionScoresTests
{
    [Fact]
    public void Classes_WithoutRowsOrPredictionsScoreZeroAndHaveNoCurve()
    {
        var scores = new PredictionScores(PredictionKind.Class, 3);
        scores.Add(new() { Id = 0, Targets = [0], Predicted = [0], Probabilities = [0.7, 0.2, 0.1] });
        scores.Add(new() { Id = 1, Targets = [1], Predicted = [double.NaN], Probabilities = [0.2, 0.5, 0.3] });

        Assert.Equal([1L, 1, 0], scores.Samples);
        Assert.Equal((0.0, 0.0, 0.0), scores.Of(2));
        Assert.Equal((0.0, 0.0, 0.0), scores.Of(1));
        Assert.Equal((1.0, null), (scores.Auc(0), scores.Auc(2)));
        Assert.Equal(0.5, scores.Metrics()["accuracy"]);
        Assert.DoesNotContain("roc_auc", scores.Metrics().Keys);
    }

    [Fact]
    public void ScoresThatAreNotNumbers_HaveNoCurve()
    {
        var scores = new PredictionScores(PredictionKind.Class, 2);
        scores.Add(new() { Id = 0, Targets = [0], Predicted = [double.NaN], Probabilities = [double.NaN, double.NaN] });
        scores.Add(new() { Id = 1, Targets = [1], Predicted = [1], Probabilities = [0.2, 0.8] });

        Assert.Null(scores.Auc(1));
    }

    [Fact]
    public void YesOrNo_CountsEachTarget()
    {
        var scores = new PredictionScores(PredictionKind.YesOrNo, 2);
        scores.Add(new() { Id = 0, Targets = [1, 0], Predicted = [1, 1], Probabilities = [0.9, 0.6] });
        scores.Add(new() { Id = 1, Targets = [0, 1], Predicted = [0, 1], Probabilities = [0.1, 0.7] });

        Assert.Equal((2L, 3.0 / 4, 1.0), (scores.Rows, scores.Metrics()["accuracy"], scores.Metrics()["roc_auc"]));
        Assert.Equal([[1L, 1], [0, 2]], scores.Confusion);
    }

    [Fact]
    public void Numbers_HaveErrors()
    {
        var scores = new PredictionScores(PredictionKind.Number, 2);
        scores.Add(new() { Id = 0, Targets = [1, 10], Predicted = [2, 10], Probabilities = [] });
        scores.Add(new() { Id = 1, Targets = [3, 14], Predicted = [3, 12], Probabilities = [] });

        var metrics = scores.Metrics();
        Assert.Equal((1.25, Math.Sqrt(1.25), 0.75, 0.5), (metrics["mean_squared_error"], metrics["root_mean_squared_error"], metrics["mean_absolute_error"],
            metrics["r_squared"]));
        Assert.Empty(scores.Confusion);
    }
}
