using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>max(0, margin - t x), t = 1 for a target of at least 0.5 and -1 for any other.</summary>
internal sealed class Hinge(LossSpec.Hinge spec, int outputs) : Loss(spec, outputs)
{
    protected override Tensor SumOf(Tensor output, Tensor target)
    {
        using var positive = target.ge(0.5f);
        var sign = positive.to_type(ScalarType.Float32).mul(2).sub(1);
        return (output * sign).neg().add(spec.Margin).relu().sum();
    }
}
