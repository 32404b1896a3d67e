using Sheaf.Specs;
using Sheaf.Training.Metrics;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Parity.Metrics;

/// <summary>Confusion matrix, scores of classes and the area under the ROC curve beside scikit-learn's, with ties among the scores.</summary>
public sealed class PredictionScoresTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Scores_AreThoseOfScikitLearn(int classes)
    {
        var random = new KeyedRandom(3, RandomPurpose.Shuffle, 0, 0);
        var actual = Enumerable.Range(0, 300).Select(_ => random.NextInt(classes)).ToArray();
        var probabilities = actual.Select(right => Probabilities(right, classes, random)).ToArray();
        var theirs = await Python.RunAsync("Metrics/scores.py", new { classes, actual, probabilities });
        var scores = new PredictionScores(PredictionKind.Class, classes);
        foreach (var (right, each) in actual.Zip(probabilities))
        {
            scores.Add(new() { Id = 0, Targets = [right], Predicted = [Array.IndexOf(each, each.Max())], Probabilities = each });
        }

        for (var place = 0; place < classes; place++)
        {
            var (precision, recall, f1) = scores.Of(place);
            Assert.Equal(theirs.GetProperty("confusion")[place].EnumerateArray().Select(count => count.GetInt64()), scores.Confusion[place]);
            Assert.Equal(theirs.GetProperty("precision")[place].GetDouble(), precision, 1e-12);
            Assert.Equal(theirs.GetProperty("recall")[place].GetDouble(), recall, 1e-12);
            Assert.Equal(theirs.GetProperty("f1")[place].GetDouble(), f1, 1e-12);
            Assert.Equal(theirs.GetProperty("areas")[place].GetDouble(), scores.Auc(place)!.Value, 1e-12);
            var (theirCurve, curve) = (theirs.GetProperty("curves")[place], scores.Roc(place, 1000));
            Assert.Equal(theirCurve[0].EnumerateArray().Select(value => value.GetDouble()), curve.Select(point => point.FalsePositives));
            Assert.Equal(theirCurve[1].EnumerateArray().Select(value => value.GetDouble()), curve.Select(point => point.TruePositives));
            var thin = scores.Roc(place, 4);
            Assert.Equal(4, thin.Count);
            Assert.Equal(((0, 0), (1, 1)), (thin[0], thin[^1]));
            Assert.Subset(curve.ToHashSet(), thin.ToHashSet());
        }

        Assert.Equal(theirs.GetProperty("auc").GetDouble(), scores.Metrics()["roc_auc"], 1e-12);
        Assert.Equal(theirs.GetProperty("accuracy").GetDouble(), scores.Metrics()["accuracy"], 1e-12);
    }

    /// <summary>Two targets, with many equal values, so that ranks are shared.</summary>
    [Fact]
    public async Task Spearman_IsScipys()
    {
        var random = new KeyedRandom(4, RandomPurpose.Shuffle, 0, 0);
        var targets = Enumerable.Range(0, 200).Select(_ => new[] { random.NextInt(20), (double)random.NextInt(1000) }).ToArray();
        var predicted = targets.Select(row => row.Select(value => (value * value) - (random.NextInt(30) * value)).ToArray()).ToArray();
        var theirs = await Python.RunAsync("Metrics/spearman.py", new { targets, predicted });
        var scores = new PredictionScores(PredictionKind.Number, 2);
        foreach (var (row, guess) in targets.Zip(predicted))
        {
            scores.Add(new() { Id = 0, Targets = row, Predicted = guess, Probabilities = [] });
        }

        Assert.Equal(theirs.GetDouble(), scores.Metrics()["spearman"], 1e-12);
    }

    [Fact]
    public void Spearman_OfAConstant_IsNotANumber()
    {
        var scores = new PredictionScores(PredictionKind.Number, 1);
        scores.Add(new() { Id = 0, Targets = [1], Predicted = [2], Probabilities = [] });
        scores.Add(new() { Id = 1, Targets = [3], Predicted = [2], Probabilities = [] });
        Assert.Equal(double.NaN, scores.Metrics()["spearman"]);
    }

    /// <summary>In steps of a sixteenth, so that many are equal, and exact in single precision.</summary>
    private static double[] Probabilities(int right, int classes, KeyedRandom random)
    {
        var parts = Enumerable.Repeat(0.0, classes).ToArray();
        for (var part = 0; part < 16; part++)
        {
            parts[random.NextInt(3) == 0 ? right : random.NextInt(classes)] += 1 / 16.0;
        }

        return parts;
    }
}
