using Sheaf.Training.Models;
using Sheaf.Training.Optimization;

namespace Sheaf.Training.Replicas;

/// <summary>The average of the weights in a model, until it is disposed of: the weights that training goes on with come back then.</summary>
internal sealed class AveragedWeights : IDisposable
{
    private readonly FlatModel _model;
    private readonly WeightAverage _average;

    private AveragedWeights(FlatModel model, WeightAverage average)
    {
        (_model, _average) = (model, average);
        Swap();
    }

    /// <summary>Null where there is no average.</summary>
    public static AveragedWeights? In(FlatModel model, WeightAverage? average) => average is null ? null : new(model, average);

    public void Dispose() => Swap();

    private void Swap()
    {
        _average.Swap(_model.Weights);
        _model.Upload();
    }
}
