using Sheaf.Sdk;
using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>A loss of the user's own.</summary>
internal sealed class UserLoss(LossSpec.OfClass spec, int outputs, int perSample, ILoss loss) : Loss(spec, outputs)
{
    public override int SampleWeight => perSample;

    public override Tensor Sum(Tensor output, Tensor target)
    {
        var losses = loss.Losses(output, target);
        if (losses.shape is not [var rows, ..] || rows != output.shape[0] || losses.numel() != rows * perSample)
        {
            throw new ArgumentException(
                $"{spec.Class.Type} gave losses [{string.Join(", ", losses.shape)}] for {output.shape[0]} samples; it gave {perSample} for each before, so "
                    + $"{output.shape[0] * perSample} belong here, in a tensor whose first dimension is the samples'.");
        }

        return losses.sum();
    }

    protected override Tensor SumOf(Tensor output, Tensor target) => throw new NotSupportedException("Sum does it.");
}
