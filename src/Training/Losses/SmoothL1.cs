using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.smooth_l1_loss.</summary>
internal sealed class SmoothL1(LossSpec.SmoothL1 spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target) => nn.functional.smooth_l1_loss(output, target, nn.Reduction.Sum, spec.Beta);
}
