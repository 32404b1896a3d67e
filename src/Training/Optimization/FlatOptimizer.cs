using Sheaf.Contracts.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>
/// An optimizer over one flat buffer: one pass over memory for all parameters. The formulas, and the order of their roundings, are PyTorch's.
/// Fused multiply-add is used where PyTorch's own kernels use it, on every processor, so the bits depend on nothing but the inputs. Lengths are multiples of 16.
/// </summary>
internal abstract class FlatOptimizer
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
        _ => throw new NotSupportedException($"optimizer: {spec.GetType().Name} cannot be built by this version."),
    };

    /// <param name="gradient">Only read.</param>
    /// <param name="scale">The gradient is multiplied by it first (clipping); 1 changes nothing.</param>
    public abstract void Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale);

    /// <summary>Bounds of the magnitudes as they are.</summary>
    public virtual UpdateBounds Measure(ReadOnlySpan<float> weights) => new(Largest(weights), State.Count > 0 ? Largest(State[0].Values) : 0, State.Count > 1 ? Largest(State[1].Values) : 0);

    /// <summary>Bounds of the magnitudes after an update, and in <see cref="UpdateBounds.Between"/> of every intermediate result of it, given those before it.</summary>
    /// <param name="before">Of the weights and of the state.</param>
    /// <param name="gradient">The largest magnitude of the scaled gradient.</param>
    public abstract UpdateBounds Bound(UpdateBounds before, double gradient, double learningRate);

    public void Restore(long steps) => Steps = steps;

    protected static double Largest(ReadOnlySpan<float> values) => values.IsEmpty ? 0 : Math.Abs((double)System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(values));
}
