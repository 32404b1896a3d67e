using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.cross_entropy.</summary>
internal sealed class CrossEntropy(LossSpec.CrossEntropy spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target) =>
        nn.functional.cross_entropy(output, target, ClassWeights(output), reduction: nn.Reduction.Sum, label_smoothing: spec.LabelSmoothing);
}
