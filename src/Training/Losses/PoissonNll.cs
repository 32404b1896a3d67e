using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.poisson_nll_loss.</summary>
internal sealed class PoissonNll(LossSpec.PoissonNll spec, int outputs) : Loss(spec, outputs)
{
    /// <summary>The expected counts.</summary>
    public override void Predict(ReadOnlySpan<float> output, Span<float> predictions)
    {
        output.CopyTo(predictions);
        for (var i = 0; spec.LogInput && i < predictions.Length; i++)
        {
            predictions[i] = (float)Math.Exp(predictions[i]);
        }
    }

    protected override Tensor SumOf(Tensor output, Tensor target)
    {
        if (spec.LogInput)
        {
            return nn.functional.poisson_nll_loss(output, target, log_input: true, spec.Full, reduction: nn.Reduction.Sum);
        }

        // TorchSharp 0.107.0 does not pass the epsilon on.
        var sum = (output - (target * (output + spec.Epsilon).log())).sum();
        return spec.Full ? sum + Stirling(target) : sum;
    }

    /// <summary>Of the targets above 1, as PyTorch has it.</summary>
    private static Tensor Stirling(Tensor target)
    {
        var above = target.clamp_min(1);
        return where(target.gt(1), (above * above.log()) - above + (0.5 * (above * (2 * Math.PI)).log()), zeros_like(target)).sum();
    }
}
