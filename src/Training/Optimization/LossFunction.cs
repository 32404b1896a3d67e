using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Optimization;

/// <summary>
/// The spec's loss, summed over samples. A step divides by the weight of the whole batch, so partial sums of shards add up to the mean's gradient.
/// </summary>
internal sealed class LossFunction(LossSpec spec, int outputWidth)
{
    /// <summary>Targets are classes (Int64 [n]); otherwise floats [n, outputs].</summary>
    public bool WantsClasses => spec is LossSpec.CrossEntropy;

    /// <summary>The sum over samples must be divided by this to be a sum of losses: mean losses of several outputs.</summary>
    public int Divisor => WantsClasses ? 1 : outputWidth;

    public Tensor Sum(Tensor output, Tensor target) => spec switch
    {
        LossSpec.CrossEntropy c => nn.functional.cross_entropy(output, target, reduction: nn.Reduction.Sum, label_smoothing: c.LabelSmoothing),
        LossSpec.MeanSquaredError => nn.functional.mse_loss(output, target, nn.Reduction.Sum),
        LossSpec.MeanAbsoluteError => nn.functional.l1_loss(output, target, nn.Reduction.Sum),
        _ => throw new NotSupportedException($"loss: {spec.GetType().Name} cannot be built by this version."),
    };
}
