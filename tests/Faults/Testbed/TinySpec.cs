using System.Globalization;
using System.Text;

namespace Sheaf.Testbed;

/// <summary>
/// A small experiment: 256 rows of a rule that a small network learns, with dropout, in 8 shards. A step takes well under a millisecond for each of two
/// workers.
/// </summary>
internal static class TinySpec
{
    public const int StepsPerEpoch = 16;

    /// <summary>Writes the rows next to which a spec of <see cref="Yaml"/> is submitted.</summary>
    public static void WriteRows(string folder)
    {
        var random = new Random(7);
        var rows = new StringBuilder("a,b,c,class\n");
        for (var i = 0; i < 256; i++)
        {
            var (a, b, c) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
            rows.Append(CultureInfo.InvariantCulture, $"{a:0.0000},{b:0.0000},{c:0.0000},{(a + b > c + 0.5 ? 1 : 0)}\n");
        }

        File.WriteAllText(Path.Combine(folder, "rows.csv"), rows.ToString());
    }

    /// <param name="workers">As in a spec: a number, or {min: 1, max: 3}.</param>
    /// <param name="epochs">Of 16 steps.</param>
    public static string Yaml(string workers = "2", int epochs = 100, string reduction = "peer", int checkpointEvery = 200) => $$"""
        name: tiny
        seed: 11
        data:
          train: { format: csv, path: rows.csv, features: [a, b, c], target: class }
          validation: { fraction: 0.25 }
        model: { layers: [ { linear: 16 }, relu, { dropout: 0.1 }, { linear: 2 } ] }
        loss: cross_entropy
        optimizer: { sgd: { learning_rate: 0.05, momentum: 0.9 } }
        batch_size: 12
        epochs: {{epochs}}
        shards: 8
        workers: {{workers}}
        reduction: {{reduction}}
        metrics: [accuracy]
        evaluate_every: 50 epochs
        checkpoints: { every: {{checkpointEvery}} steps, keep: { latest: 2 } }
        """;
}
