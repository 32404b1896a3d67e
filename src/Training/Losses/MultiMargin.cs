using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.multi_margin_loss.</summary>
internal sealed class MultiMargin(LossSpec.MultiMargin spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target) =>
        nn.functional.multi_margin_loss(output, target, spec.Power, spec.Margin, reduction: nn.Reduction.Sum);
}
