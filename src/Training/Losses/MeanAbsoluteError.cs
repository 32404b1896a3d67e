using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.l1_loss.</summary>
internal sealed class MeanAbsoluteError(LossSpec.MeanAbsoluteError spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target) => nn.functional.l1_loss(output, target, nn.Reduction.Sum);
}
