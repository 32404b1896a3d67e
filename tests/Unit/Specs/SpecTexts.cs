using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Specs;

/// <summary>A sound spec to break, one line at a time.</summary>
internal static class SpecTexts
{
    public const string Sound =
        """
        name: small
        seed: 7
        data:
          train: { format: idx, images: train-images.gz, labels: train-labels.gz }
          validation: { fraction: 0.1 }
          transforms: [ { scale: 0.5 }, { normalize: { mean: [0.286], std: [0.353] } } ]
        model:
          layers:
            - conv2d: { out: 6, kernel: 5 }
            - relu
            - max_pool: 2
            - flatten
            - linear: 10
        loss: cross_entropy
        optimizer: { sgd: { learning_rate: 0.05, momentum: 0.9 } }
        batch_size: 64
        epochs: 5
        shards: 4
        workers: 2
        metrics: [ accuracy ]
        checkpoints: { every: 1 epoch, keep: { latest: 2, best: 1, by: validation_loss } }

        """;

    /// <summary>The checkout that these tests were built in.</summary>
    public static string Repository { get; } = Ancestors(AppContext.BaseDirectory).First(d => File.Exists(Path.Combine(d, "Cluster.sln")));

    public static SpecResult Parse(string yaml, params string[] overrides) => SpecParser.Parse(yaml, "/specs", [.. overrides.Select(SpecOverride.Parse)]);

    /// <summary>The violations of the sound spec after one replacement, which must occur in it.</summary>
    public static IReadOnlyList<SpecViolation> Break(string old, string @new)
    {
        Assert.Contains(old, Sound, StringComparison.Ordinal);
        return Parse(Sound.Replace(old, @new, StringComparison.Ordinal)).Violations;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }
}
