using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.binary_cross_entropy_with_logits.</summary>
internal sealed class BinaryCrossEntropyWithLogits(LossSpec.BinaryCrossEntropyWithLogits spec, int outputs) : Loss(spec, outputs)
{
    public override bool Probabilities(ReadOnlySpan<float> output, Span<double> probabilities)
    {
        for (var i = 0; i < output.Length; i++)
        {
            probabilities[i] = 1 / (1 + Math.Exp(-output[i]));
        }

        return true;
    }

    protected override Tensor SumOf(Tensor output, Tensor target)
    {
        var positive = spec.PositiveWeight == 1 ? null : tensor((float)spec.PositiveWeight, device: output.device);
        return nn.functional.binary_cross_entropy_with_logits(output, target, reduction: nn.Reduction.Sum, pos_weights: positive);
    }
}
