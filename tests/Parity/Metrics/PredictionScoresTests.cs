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
        }

        Assert.Equal(theirs.GetProperty("auc").GetDouble(), scores.Metrics()["roc_auc"], 1e-12);
        Assert.Equal(theirs.GetProperty("accuracy").GetDouble(), scores.Metrics()["accuracy"], 1e-12);
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
