using System.Globalization;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Cluster.Hosting;

/// <summary>A data folder of a silo, with a small table of rows and specs that use it. Deleted when disposed.</summary>
internal sealed class TestFolder : IDisposable
{
    public const int Rows = 200;

    public TestFolder()
    {
        Root = Directory.CreateTempSubdirectory("sheaf-cluster-").FullName;
        File.WriteAllText(Path.Combine(Root, "rows.csv"), Table());
    }

    public string Root { get; }

    public string Data => Path.Combine(Root, "data");

    /// <summary>
    /// Two classes in two columns; of 200 rows 160 train: 10 steps an epoch, dropout and BatchNorm included.
    /// </summary>
    public static string Spec(
        int epochs = 3,
        int shards = 4,
        string workers = "2",
        string reduction = "auto",
        string learningRate = "0.1",
        string checkpoints = "{ every: 5 steps, keep: { latest: 2 } }",
        string file = "rows.csv",
        string more = "") => $$"""
        name: small
        seed: 7
        data:
          train: { format: csv, path: {{file}}, features: [a, b], target: class }
          validation: { fraction: 0.2 }
          test: { format: csv, path: {{file}}, features: [a, b], target: class }
        model:
          layers: [ { linear: 8 }, batch_norm, relu, { dropout: 0.2 }, { linear: 2 } ]
        loss: cross_entropy
        optimizer: { sgd: { learning_rate: {{learningRate}}, momentum: 0.9 } }
        batch_size: 16
        epochs: {{epochs}}
        shards: {{shards}}
        workers: {{workers}}
        reduction: {{reduction}}
        metrics: [accuracy]
        checkpoints: {{checkpoints}}
        {{more}}
        """;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Table()
    {
        var random = new KeyedRandom(1, RandomPurpose.Split, 0, 0);
        var text = new System.Text.StringBuilder("a,b,class\n");
        for (var row = 0; row < Rows; row++)
        {
            var kind = row % 2;
            var a = (random.NextSingle() * 2) - 1 + kind;
            var b = (random.NextSingle() * 2) - 1 - kind;
            text.Append(CultureInfo.InvariantCulture, $"{a},{b},{kind}\n");
        }

        return text.ToString();
    }
}
