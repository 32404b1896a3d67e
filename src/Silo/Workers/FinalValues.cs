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
    /// For one output by a single linear layer: <c>intercept</c>, and <c>slope</c>, or <c>slope_NAME</c> for each of several features, in the units of the
    /// data where nothing transforms them. Else empty.
    /// </summary>
    public static IReadOnlyDictionary<string, double> Of(ExperimentSpec spec, DataFacts facts, CheckpointSnapshot snapshot)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        if (spec is not { Model: ModelSpec.Sequential { Layers: [LayerSpec.Linear { Out: 1 }] }, Data.Transforms.Count: 0 }
            || spec.Loss is not { WantsClasses: false, OutputsPerTarget: 1 }
            || facts.Shape is not [var columns])
        {
            return values;
        }

        foreach (var array in snapshot.Weights.Where(array => array.Type == ArrayType.Float32))
        {
            var numbers = MemoryMarshal.Cast<byte, float>(array.Data.Span);
            if (array.Name.EndsWith("bias", StringComparison.Ordinal) && numbers.Length == 1)
            {
                values["intercept"] = numbers[0];
            }
            else if (array.Name.EndsWith("weight", StringComparison.Ordinal) && numbers.Length == columns)
            {
                for (var column = 0; column < columns; column++)
                {
                    values[columns == 1 ? "slope" : $"slope_{Printable.Of(facts.FeatureNames[column])}"] = numbers[column];
                }
            }
        }

        return values;
    }
}
