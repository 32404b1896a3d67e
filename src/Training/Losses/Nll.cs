using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.nll_loss; with label smoothing what cross entropy makes of log-probabilities.</summary>
internal sealed class Nll(LossSpec.Nll spec, int outputs) : Loss(spec, outputs)
{
    public override bool Probabilities(ReadOnlySpan<float> output, Span<double> probabilities)
    {
        for (var i = 0; i < output.Length; i++)
        {
            probabilities[i] = Math.Exp(output[i]);
        }

        return true;
    }

    protected override Tensor SumOf(Tensor output, Tensor target)
    {
        var weights = ClassWeights(output);
        var sum = nn.functional.nll_loss(output, target, weights, nn.Reduction.Sum);
        if (spec.LabelSmoothing == 0)
        {
            return sum;
        }

        var spread = -(weights is null ? output : output * weights).sum();
        return (sum * (1 - spec.LabelSmoothing)) + (spread * (spec.LabelSmoothing / output.size(1)));
    }
}
