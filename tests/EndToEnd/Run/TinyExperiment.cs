using System.Globalization;
using System.Text;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>A folder with a spec and 256 rows of a rule that a small network learns; some seconds of training, with a checkpoint every 1,000 steps.</summary>
internal sealed class TinyExperiment : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-tiny-");

    /// <param name="epochs">16 steps each.</param>
    public TinyExperiment(int epochs = 1000)
    {
        var random = new Random(7);
        var rows = new StringBuilder("a,b,c,class\n");
        for (var i = 0; i < 256; i++)
        {
            var (a, b, c) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
            rows.Append(CultureInfo.InvariantCulture, $"{a:0.0000},{b:0.0000},{c:0.0000},{(a + b > c + 0.5 ? 1 : 0)}\n");
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "rows.csv"), rows.ToString());
        File.WriteAllText(Spec, $$"""
            name: tiny
            data:
              train: { format: csv, path: rows.csv, features: [a, b, c], target: class }
              validation: { fraction: 0.25 }
              test: { format: csv, path: rows.csv, features: [a, b, c], target: class }
            model: { layers: [ { linear: 16 }, relu, { dropout: 0.1 }, { linear: 2 } ] }
            loss: cross_entropy
            optimizer: { sgd: { learning_rate: 0.05, momentum: 0.9 } }
            batch_size: 12
            epochs: {{epochs}}
            shards: 4
            workers: 2
            metrics: [accuracy]
            evaluate_every: 200 epochs
            checkpoints: { every: 1000 steps }
            """);
    }

    public string Spec => Path.Combine(_folder.FullName, "tiny.yaml");

    public string Rows => Path.Combine(_folder.FullName, "rows.csv");

    /// <summary>A fresh data directory of a silo.</summary>
    public string Data(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
