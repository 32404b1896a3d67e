using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;

namespace Sheaf.Silo.Workers;

/// <summary>Numbers of a trained model that a person would ask for by name.</summary>
internal static class FinalValues
{
    /// <summary>
    /// For numbers predicted by a single linear layer: <c>intercept</c>, and <c>slope</c>, or <c>slope_NAME</c> for each of several features, in the units of
    /// the data, whatever transforms them; with several targets, each as <c>intercept_TARGET</c>, <c>slope_NAME_TARGET</c>. Else empty.
    /// </summary>
    public static IReadOnlyDictionary<string, double> Of(ExperimentSpec spec, DataFacts facts, CheckpointSnapshot snapshot)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        if (spec is not { Model: ModelSpec.Sequential { Layers: [LayerSpec.Linear linear] }, Loss: { WantsClasses: false, OutputsPerTarget: 1 } }
            || facts.Shape is not [var columns] || facts.FeatureNames.Count != columns || facts.TargetNames.Count != linear.Out)
        {
            return values;
        }

        var arrays = snapshot.Weights.Where(array => array.Type == ArrayType.Float32).ToList();
        var weights = NumbersOf(arrays, "weight");
        var constants = NumbersOf(arrays, "bias");
        var (factors, offsets) = Transforms.Lines(spec.Data.Transforms, facts);
        for (var target = 0; target < linear.Out; target++)
        {
            var to = linear.Out == 1 ? "" : $"_{Printable.Of(facts.TargetNames[target])}";
            var intercept = constants.Length > 0 ? constants[target] : 0.0;
            for (var column = 0; column < columns; column++)
            {
                double weight = weights[(target * columns) + column];
                var from = columns == 1 ? "" : $"_{Printable.Of(facts.FeatureNames[column])}";
                values[$"slope{from}{to}"] = weight * factors[column];
                intercept += weight * offsets[column];
            }

            values[$"intercept{to}"] = intercept;
        }

        return values;
    }

    private static float[] NumbersOf(IEnumerable<NamedArray> arrays, string name) =>
        arrays.FirstOrDefault(array => array.Name.EndsWith(name, StringComparison.Ordinal)) is { } array
            ? MemoryMarshal.Cast<byte, float>(array.Data.Span).ToArray()
            : [];
}
