using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>A flat buffer of gradients in a model's layout.</summary>
/// <param name="places">The first float of each parameter, by reference: tensors are equal where their values are.</param>
/// <param name="add">Gradients are added to what is there; otherwise they go over it.</param>
internal readonly unsafe struct GradientTarget(float* sum, IReadOnlyDictionary<object, int> places, bool add)
{
    public bool Add { get; } = add;

    /// <summary>Null for no parameter.</summary>
    public float* Of(Tensor? parameter) => parameter is null ? null : sum + places[parameter];
}
