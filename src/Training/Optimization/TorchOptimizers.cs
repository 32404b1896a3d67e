using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Optimization;

/// <summary>
/// The optimizers that TorchSharp computes. Not among them: RAdam, whose update in TorchSharp has the learning rate twice; ASGD, whose result is an average
/// beside the weights that are evaluated and kept; LBFGS, which is not elementwise.
/// </summary>
internal static class TorchOptimizers
{
    public static FlatOptimizer Create(OptimizerSpec spec, int length) => spec switch
    {
        OptimizerSpec.RmsProp s => new TorchOptimizer<RMSProp.State>(
            length,
            p => optim.RMSProp([p], s.LearningRate, s.Alpha, s.Epsilon, s.WeightDecay, s.Momentum, s.Centered),
            [
                ("square_avg", state => ref state.square_avg),
                .. s.Momentum > 0 ? [("momentum_buffer", state => ref state.momentum_buffer)] : Nothing<RMSProp.State>(),
                .. s.Centered ? [("grad_avg", state => ref state.grad_avg)] : Nothing<RMSProp.State>(),
            ],
            (state, steps) => state.step = steps),
        OptimizerSpec.Adagrad s => new TorchOptimizer<Adagrad.State>(
            length,
            p => optim.Adagrad([p], s.LearningRate, s.RateDecay, s.WeightDecay, s.InitialSum, s.Epsilon),
            [("sum", state => ref state.sum)],
            (state, steps) => state.step = steps),
        OptimizerSpec.Adadelta s => new TorchOptimizer<Adadelta.State>(
            length,
            p => optim.Adadelta([p], s.LearningRate, s.Rho, s.Epsilon, s.WeightDecay),
            [("square_avg", state => ref state.square_avg), ("acc_delta", state => ref state.acc_delta)],
            (state, steps) => state.step = steps),
        OptimizerSpec.Adamax s => new TorchOptimizer<Adamax.State>(
            length,
            p => optim.Adamax([p], s.LearningRate, s.Beta1, s.Beta2, s.Epsilon, s.WeightDecay),
            [("exp_avg", state => ref state.exp_avg), ("exp_inf", state => ref state.exp_inf)],
            (state, steps) => state.step = steps),
        OptimizerSpec.Nadam s => new TorchOptimizer<NAdam.State>(
            length,
            p => optim.NAdam([p], s.LearningRate, s.Beta1, s.Beta2, s.Epsilon, s.WeightDecay, s.MomentumDecay),
            [("exp_avg", state => ref state.exp_avg), ("exp_avg_sq", state => ref state.exp_avg_sq)],
            (state, steps) => (state.step, state.mu_product) = (steps, MomentumProduct(s, steps))),
        OptimizerSpec.Rprop s => new TorchOptimizer<Rprop.State>(
            length,
            p => optim.Rprop([p], s.LearningRate, s.Shrink, s.Grow, s.SmallestStep, s.LargestStep),
            [("prev", state => ref state.prev), ("step_size", state => ref state.step_size)],
            (state, steps) => state.step = steps),
        _ => throw new NotSupportedException($"optimizer: {spec.GetType().Name} cannot be built by this version."),
    };

    /// <summary>The factors in TorchSharp's order and precision, so that a resumed experiment has the bits of one that was never interrupted.</summary>
    private static double MomentumProduct(OptimizerSpec.Nadam spec, long steps)
    {
        var product = 1.0;
        for (var step = 1L; step <= steps; step++)
        {
            product *= spec.Beta1 * (1.0 - (0.5 * Math.Pow(0.96, step * spec.MomentumDecay)));
        }

        return product;
    }

    private static (string Name, TorchOptimizer<T>.Field Of)[] Nothing<T>()
        where T : OptimizerState => [];
}
