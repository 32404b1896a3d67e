using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.gaussian_nll_loss of means and the logarithms of variances.</summary>
internal sealed class GaussianNll(LossSpec.GaussianNll spec, int outputs) : Loss(spec, outputs)
{
    /// <summary>The means.</summary>
    public override void Predict(ReadOnlySpan<float> output, Span<float> predictions)
    {
        for (var row = 0; row < predictions.Length / Targets; row++)
        {
            output.Slice(2 * row * Targets, Targets).CopyTo(predictions.Slice(row * Targets, Targets));
        }
    }

    /// <summary>PyTorch's formula: the gradient passes by where a variance counts as larger. TorchSharp's own function has another gradient.</summary>
    protected override Tensor SumOf(Tensor output, Tensor target)
    {
        var variance = output.narrow(1, Targets, Targets).exp();
        using (var value = variance.detach())
        {
            variance += value.clamp_min(spec.Epsilon) - value;
        }

        var sum = (variance.log() + ((output.narrow(1, 0, Targets) - target).square() / variance)).sum() * 0.5;
        return spec.Full ? sum + (0.5 * Math.Log(2 * Math.PI) * target.numel()) : sum;
    }
}
