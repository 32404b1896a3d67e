using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.huber_loss.</summary>
internal sealed class Huber(LossSpec.Huber spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target) => nn.functional.huber_loss(output, target, spec.Delta, nn.Reduction.Sum);
}
