using Sheaf.Contracts.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Optimization;

/// <summary><see cref="AdamOptimizer"/> on a device with memory of its own.</summary>
internal sealed class ResidentAdam(OptimizerSpec.Adam spec, FlatOptimizer host, Device device) : ResidentOptimizer(host, device)
{
    protected override void Update(Tensor weights, Tensor gradient, double learningRate)
    {
        var (mean, square) = (State[0], State[1]);
        if (spec.WeightDecay != 0)
        {
            _ = spec.Decoupled ? weights.mul_(1 - (learningRate * spec.WeightDecay)) : gradient.add_(weights, alpha: spec.WeightDecay);
        }

        mean.mul_(spec.Beta1).add_(gradient, alpha: 1 - spec.Beta1);
        square.mul_(spec.Beta2).addcmul_(gradient, gradient, 1 - spec.Beta2);
        using var spread = square.sqrt();
        spread.div_(Math.Sqrt(1 - Math.Pow(spec.Beta2, Host.Steps))).add_(spec.Epsilon);
        weights.addcdiv_(mean, spread, -learningRate / (1 - Math.Pow(spec.Beta1, Host.Steps)));
    }
}
