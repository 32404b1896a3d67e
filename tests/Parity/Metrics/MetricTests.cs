using Sheaf.Specs;
using Sheaf.Training.Losses;
using Sheaf.Training.Metrics;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Parity.Metrics;

/// <summary>Each metric of the spec beside sklearn.metrics', on random predictions, of which some classes are never predicted and some never right.</summary>
public sealed class MetricTests
{
    private const int Samples = 60;
    private const int Width = 6;

    /// <summary>
    /// As it stands in a spec; the same in scikit-learn, of scores x [samples, width] and their classes y, yes or no z and its scores, and numbers n, against
    /// targets c, b and t; and the loss that the outputs are for.
    /// </summary>
    private static readonly (string Spec, string Sklearn, string Loss)[] Cases =
    [
        ("accuracy", "accuracy_score(c, y)", "cross_entropy"),
        ("accuracy", "accuracy_score(b, z)", "binary_cross_entropy_with_logits"),
        ("top_k_accuracy", "top_k_accuracy_score(c, x, k=5, labels=range(6))", "cross_entropy"),
        ("{ top_k_accuracy: { k: 2 } }", "top_k_accuracy_score(c, x, k=2, labels=range(6))", "cross_entropy"),
        ("precision", "precision_score(c, y, average='macro', zero_division=0)", "cross_entropy"),
        ("{ precision: { average: weighted } }", "precision_score(c, y, average='weighted', zero_division=0)", "cross_entropy"),
        ("precision", "precision_score(b, z)", "binary_cross_entropy_with_logits"),
        ("{ precision: macro }", "precision_score(b, z, average='macro')", "binary_cross_entropy_with_logits"),
        ("recall", "recall_score(c, y, average='macro', zero_division=0)", "cross_entropy"),
        ("{ recall: { average: weighted } }", "recall_score(c, y, average='weighted', zero_division=0)", "cross_entropy"),
        ("recall", "recall_score(b, z)", "hinge"),
        ("f1", "f1_score(c, y, average='macro', zero_division=0)", "cross_entropy"),
        ("{ f1: { average: weighted } }", "f1_score(c, y, average='weighted', zero_division=0)", "cross_entropy"),
        ("f1", "f1_score(b, z)", "binary_cross_entropy_with_logits"),
        ("mean_squared_error", "mean_squared_error(t, n)", "huber"),
        ("root_mean_squared_error", "mean_squared_error(t, n, squared=False)", "huber"),
        ("mean_absolute_error", "mean_absolute_error(t, n)", "huber"),
        ("r_squared", "r2_score(t, n)", "huber"),
        ("mean_squared_error", "mean_squared_error(t, np.exp(n))", "poisson_nll"),
    ];

    [Fact]
    public void Table_CoversEveryMetricAndOptionOfTheSpec() => KnownToTheSpec.AssertAllIn("metrics", Cases.Select(c => c.Spec));

    [Fact]
    public async Task Value_IsScikitLearns()
    {
        var (scores, targets) = (Values(1), Values(2));
        // Class 5 is never the largest, class 4 never the target.
        for (var row = 0; row < Samples; row++)
        {
            scores[(row * Width) + 5] = -9;
        }

        var classes = targets.Take(Samples).Select(value => (long)((value + 3) / 6 * (Width - 2))).Select(each => each == 4 ? 5 : each).ToArray();
        var theirs = await Python.RunAsync("Metrics/metrics.py", new { scores, targets, classes, width = Width, metrics = Cases.Select(c => c.Sklearn) });
        foreach (var (of, (text, expression, lossText)) in theirs.EnumerateArray().Zip(Cases))
        {
            var spec = Spec(text, lossText);
            foreach (var several in spec.Loss.Predicts == PredictionKind.Class ? new[] { true } : [false, true])
            {
                // The same numbers as one column, or as six; of six, scikit-learn takes the mean of each column's value.
                var width = several ? Width : 1;
                if (several && spec.Loss.Predicts == PredictionKind.YesOrNo)
                {
                    continue;
                }

                var loss = Loss.Of(spec.Loss, width);
                var metrics = new MetricSums(spec, loss, width);
                var sums = new double[MetricSums.WidthOf(spec, width)];
                var samples = spec.Loss.WantsClasses || several ? Samples : Samples * Width;
                // In pieces, as batches come.
                for (var done = 0; done < samples; done += 7)
                {
                    var count = Math.Min(7, samples - done);
                    if (spec.Loss.WantsClasses)
                    {
                        metrics.AddClasses(scores.AsSpan(done * Width, count * Width), classes.AsSpan(done, count), sums, [], []);
                    }
                    else
                    {
                        metrics.AddValues(scores.AsSpan(done * width, count * width), targets.AsSpan(done * width, count * width), sums);
                    }
                }

                var expected = of[several ? 1 : 0].GetDouble();
                Assert.True(Math.Abs(expected - metrics.Values(sums, samples)[0]) < 1e-6 * Math.Max(1, Math.Abs(expected)),
                    $"{text}: {metrics.Values(sums, samples)[0]}, {expression} is {expected}");
            }
        }
    }

    private static ExperimentSpec Spec(string metric, string loss)
    {
        var result = SpecParser.Parse(
            $$"""
            name: parity
            data:
              train: { format: idx, images: images, labels: labels }
            model: { layers: [ flatten, { linear: 6 } ] }
            loss: {{loss}}
            optimizer: adam
            batch_size: 8
            metrics: [ {{metric}} ]
            """,
            "/data");
        return result.Spec ?? throw new InvalidOperationException(string.Join("\n", result.Violations));
    }

    /// <summary>From -3 to 3.</summary>
    private static float[] Values(int stream)
    {
        var values = new float[Samples * Width];
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0, stream).Fill(values);
        return [.. values.Select(value => (6 * value) - 3)];
    }
}
