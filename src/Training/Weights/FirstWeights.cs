using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Models;

namespace Sheaf.Training.Weights;

/// <summary>Puts the weights of a file into a model that has drawn ones.</summary>
internal static class FirstWeights
{
    /// <summary>Does nothing where the spec has none.</summary>
    public static void Take(ExperimentSpec spec, DataBundle data, ModelPlan plan, FlatModel model)
    {
        if (spec.Weights is not { } weights || data is not { Weights: { } tensors, Facts.Weights: { } file })
        {
            return;
        }

        var match = WeightsMatch.Of(weights, plan, file);
        if (match.Problems.Count > 0)
        {
            throw new InvalidOperationException(string.Join(" ", match.Problems));
        }

        var found = tensors.ToDictionary(tensor => tensor.Name);
        var places = model.State.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        foreach (var (name, inFile) in match.Taken)
        {
            found[inFile].Data.Span.CopyTo(places[name].bytes);
        }

        model.Upload();
    }
}
