using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.binary_cross_entropy.</summary>
internal sealed class BinaryCrossEntropy(LossSpec.BinaryCrossEntropy spec, int outputs) : Loss(spec, outputs)
{
    public override float Threshold => 0.5f;

    public override bool Probabilities(ReadOnlySpan<float> output, Span<double> probabilities)
    {
        for (var i = 0; i < output.Length; i++)
        {
            probabilities[i] = output[i];
        }

        return true;
    }

    protected override Tensor SumOf(Tensor output, Tensor target) => nn.functional.binary_cross_entropy(output, target, reduction: nn.Reduction.Sum);
}
