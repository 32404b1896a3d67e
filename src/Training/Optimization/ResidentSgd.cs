using Sheaf.Contracts.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Optimization;

/// <summary><see cref="SgdOptimizer"/> on a device with memory of its own.</summary>
internal sealed class ResidentSgd(OptimizerSpec.Sgd spec, FlatOptimizer host, Device device) : ResidentOptimizer(host, device)
{
    protected override void Update(Tensor weights, Tensor gradient, double learningRate)
    {
        if (spec.WeightDecay != 0)
        {
            gradient.add_(weights, alpha: spec.WeightDecay);
        }

        if (State.Count == 0)
        {
            weights.add_(gradient, alpha: -learningRate);
            return;
        }

        State[0].mul_(spec.Momentum).add_(gradient);
        weights.add_(spec.Nesterov ? gradient.add_(State[0], alpha: spec.Momentum) : State[0], alpha: -learningRate);
    }
}
