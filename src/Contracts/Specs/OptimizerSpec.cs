namespace Sheaf.Contracts.Specs;

/// <summary>Names and defaults are PyTorch's.</summary>
public abstract record OptimizerSpec
{
    public abstract double LearningRate { get; init; }

    public sealed record Sgd(double LearningRate, double Momentum = 0, double WeightDecay = 0, bool Nesterov = false) : OptimizerSpec
    {
        public override double LearningRate { get; init; } = LearningRate;
    }

    /// <summary><paramref name="Decoupled"/>: weight decay as in AdamW.</summary>
    public sealed record Adam(double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0, bool Decoupled = false)
        : OptimizerSpec
    {
        public override double LearningRate { get; init; } = LearningRate;
    }
}
