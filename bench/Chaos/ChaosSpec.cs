using System.Globalization;
using Sheaf.Specs;
using Sheaf.Testbed;

namespace Sheaf.Bench.Chaos;

/// <summary>An example with what a long, disturbed run needs: 8 shards, 1 to 3 workers, a checkpoint every 200 steps, no evaluation on the way.</summary>
internal static class ChaosSpec
{
    /// <summary>In the examples' data, the validation rows left out.</summary>
    private const int Rows = 54_000;

    private const int Batch = 64;

    public static int StepsPerEpoch => (Rows + Batch - 1) / Batch;

    public static string Yaml(
        long seed, int epochs, string workers = "{ min: 1, max: 3 }", string reduction = "auto", string example = "mlp", string checkpoints = "200 steps")
    {
        var file = Path.Combine(Checkout.Root, "examples", example + ".yaml");
        var parsed = SpecParser.Parse(File.ReadAllText(file), Path.GetDirectoryName(file)!,
        [
            new(
                "seed",
                seed.ToString(CultureInfo.InvariantCulture)), new("epochs", $"{epochs}"), new("shards", "8"), new("batch_size", $"{Batch}"),
                    new("workers", workers),
            new("reduction", reduction), new("schedule", "constant"), new("evaluate_every", "1000000 epochs"), new("checkpoints.every", checkpoints),
        ]);
        return parsed.Spec is not null ? SpecWriter.ToYaml(parsed) : throw new ArgumentException(string.Join(Environment.NewLine, parsed.Violations));
    }
}
