using System.Text.Json;
using Sheaf.Client.Terminal;
using Sheaf.Specs;
using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Rendering;

/// <summary>`summary`, for a person and for scripts.</summary>
internal static class ModelSummaryOutput
{
    public static void WriteText(TextWriter output, ExperimentSpec spec, ModelSummary summary, Ink ink)
    {
        output.WriteLine(ink.Strong($"{spec.Name}: rows of {Shape(summary.Input)}"));
        var table = new TextTable("layer", "output", "parameters", "multiply-adds", "");
        foreach (var layer in summary.Layers)
        {
            var frozen = layer.Frozen == 0 ? "" : layer.Frozen == layer.Parameters ? "frozen" : $"{Format.Count(layer.Frozen)} of them frozen";
            table.Add(
                $"{new string(' ', 2 * layer.Depth)}{layer.Number} {layer.Name}",
                Shape(layer.Output),
                Format.Count(layer.Parameters),
                Format.Count((long)layer.MultiplyAdds),
                frozen);
        }

        table.Write(output, ink, "  ");
        output.WriteLine();
        Fact("parameters", $"{Format.Count(summary.Parameters)}, {Format.Count(summary.Parameters - summary.Frozen)} of them trained");
        Fact("multiply-adds", $"{Format.Count((long)summary.MultiplyAdds)} a sample forward; a step takes about three times as many for each of its samples");
        Fact("weights", Format.Bytes((long)summary.WeightBytes));
        var (state, sample) = (Format.Bytes((long)(summary.WeightBytes + summary.TrainingBytes)), Format.Bytes((long)summary.SampleBytes));
        Fact(
            "memory",
            summary.WorkerBytes is { } bytes
                ? $"at least {Format.Bytes((long)bytes)} a worker: weights, gradients and optimizer {state}, and {sample} for each of the "
                    + $"{Format.Count(summary.ShardSamples!.Value)} samples of a shard; beside them the rows"
                : $"at least {state} a worker, and {sample} for each sample of a shard (batch_size: all); beside them the rows");

        void Fact(string name, string value) => output.WriteLine($"  {(name + ":").PadRight(15)} {value}");
    }

    public static void WriteJson(Utf8JsonWriter json, ModelSummary summary)
    {
        json.Each("input", summary.Input, json.WriteNumberValue);
        json.Objects("layers", summary.Layers, layer =>
        {
            json.WriteString("number", layer.Number);
            json.WriteString("name", layer.Name);
            json.Each("output", layer.Output, json.WriteNumberValue);
            json.WriteNumber("parameters", layer.Parameters);
            json.WriteNumber("frozen", layer.Frozen);
            json.WriteNumber("multiply_adds", layer.MultiplyAdds);
        });
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteNumber("frozen", summary.Frozen);
        json.WriteNumber("multiply_adds", summary.MultiplyAdds);
        json.WriteNumber("weight_bytes", summary.WeightBytes);
        json.Number("worker_bytes", summary.WorkerBytes);
    }

    private static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
