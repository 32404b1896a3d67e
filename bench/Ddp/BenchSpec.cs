using Sheaf.Specs;

namespace Sheaf.Bench.Ddp;

/// <summary>A spec of the examples as the benches run it: one worker a silo, and nothing but steps unless the options say so.</summary>
internal static class BenchSpec
{
    /// <summary>
    /// The YAML of the file that the option <c>spec</c> names, with the options <c>batch_size</c>, <c>shards</c>, <c>silos</c>, <c>checkpoints</c> and
    /// <c>reduction</c>.
    /// </summary>
    public static async Task<string> YamlAsync(Options options, long epochs)
    {
        var file = options.Text("spec");
        var silos = options.Number("silos", 2);
        List<SpecOverride> overrides =
        [
            new(
                "batch_size",
                $"{options.Number("batch_size", 64)}"), new("shards", $"{options.Number("shards", silos)}"), new("workers", $"{silos}"),
                    new("schedule", "constant"),
            new("epochs", $"{epochs}"), new("evaluate_every", "1000000 epochs"), new(
                "checkpoints.every", options.TryText("checkpoints", out var every) ? every : "1000000 epochs"),
        ];
        if (options.TryText("reduction", out var reduction))
        {
            overrides.Add(new("reduction", reduction));
        }

        var parsed = SpecParser.Parse(await File.ReadAllTextAsync(file), Path.GetDirectoryName(Path.GetFullPath(file))!, overrides);
        return parsed.Spec is not null ? SpecWriter.ToYaml(parsed) : throw new ArgumentException(string.Join(Environment.NewLine, parsed.Violations));
    }
}
