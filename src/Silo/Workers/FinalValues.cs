using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;

namespace Sheaf.Silo.Workers;

/// <summary>Numbers of a trained model that a person would ask for by name.</summary>
internal static class FinalValues
{
    /// <summary>Coefficients of a model of classes are told up to so many; more would be no table that a person reads.</summary>
    private const int MaxOfClasses = 256;

    /// <summary>
    /// For a table and a single linear layer (behind it at most what makes probabilities of its outputs): <c>intercept</c>, and <c>slope</c>, or
    /// <c>slope_NAME</c> for each of several features, in the units of the data, whatever transforms them; with several targets, each as
    /// <c>intercept_TARGET</c>, <c>slope_NAME_TARGET</c>, and with classes (a logistic regression) with the class in the target's place. Else empty.
    /// </summary>
    public static IReadOnlyDictionary<string, double> Of(ExperimentSpec spec, DataFacts facts, CheckpointSnapshot snapshot)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        if (spec is not { Model: ModelSpec.Sequential { Layers: [LayerSpec.Linear linear, ..] layers }, Loss: { OutputsPerTarget: 1 } loss }
            || layers is not ([_] or [_, LayerSpec.Sigmoid or LayerSpec.Softmax or LayerSpec.LogSoftmax])
            || facts.Shape is not [var columns] || facts.FeatureNames.Count != columns || NamesOf(loss, facts, linear.Out, columns) is not { } names)
        {
            return values;
        }

        var arrays = snapshot.Weights.Where(array => array.Type == ArrayType.Float32).ToList();
        var weights = NumbersOf(arrays, "weight");
        var constants = NumbersOf(arrays, "bias");
        var (factors, offsets) = Transforms.Lines(spec.Data.Transforms, facts);
        for (var target = 0; target < linear.Out; target++)
        {
            var to = linear.Out == 1 ? "" : $"_{Printable.Of(names[target])}";
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

    /// <summary>What the layer's outputs are called; null: its coefficients are not told.</summary>
    private static IReadOnlyList<string>? NamesOf(LossSpec loss, DataFacts facts, int outputs, int columns) => loss.WantsClasses
        ? outputs * (columns + 1) > MaxOfClasses ? null
            : [.. Enumerable.Range(0, outputs).Select(place => place < facts.ClassNames.Count ? facts.ClassNames[place] : $"{place}")]
        : facts.TargetNames.Count == outputs ? facts.TargetNames : null;

    private static float[] NumbersOf(IEnumerable<NamedArray> arrays, string name) =>
        arrays.FirstOrDefault(array => array.Name.EndsWith(name, StringComparison.Ordinal)) is { } array
            ? MemoryMarshal.Cast<byte, float>(array.Data.Span).ToArray()
            : [];
}
