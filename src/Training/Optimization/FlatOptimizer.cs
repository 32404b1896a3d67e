using Sheaf.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>
/// An optimizer over one flat buffer of all parameters, with PyTorch's formulas and the names of its state. The bits of an update depend on its inputs alone.
/// Lengths are multiples of 16, and what pads a parameter is 0 in weights and gradients.
/// </summary>
internal abstract class FlatOptimizer : IDisposable
{
    /// <summary>Steps applied so far.</summary>
    public long Steps { get; protected set; }

    /// <summary>The state beside the weights, each with its PyTorch name and the weights' layout. The arrays are the optimizer's own.</summary>
    public abstract IReadOnlyList<(string Name, float[] Values)> State { get; }

    /// <summary>True where PyTorch keeps the number of steps for each parameter.</summary>
    public abstract bool CountsSteps { get; }

    public static FlatOptimizer Create(OptimizerSpec spec, int length) => spec switch
    {
        OptimizerSpec.Sgd sgd => new SgdOptimizer(sgd, length),
        OptimizerSpec.Adam adam => new AdamOptimizer(adam, length),
        _ => TorchOptimizers.Create(spec, length),
    };

    /// <param name="gradient">Only read.</param>
    /// <param name="scale">The gradient is multiplied by it first (clipping); 1 changes nothing.</param>
    public abstract void Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale);

    /// <summary>The state was written by somebody else, after so many steps.</summary>
    public virtual void Restore(long steps) => Steps = steps;

    public virtual void Dispose()
    {
    }
}
