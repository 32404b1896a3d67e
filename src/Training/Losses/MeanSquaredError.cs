using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.mse_loss.</summary>
internal sealed class MeanSquaredError(LossSpec.MeanSquaredError spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target) => nn.functional.mse_loss(output, target, nn.Reduction.Sum);
}
