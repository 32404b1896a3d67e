namespace Sheaf.Training.Optimization;

/// <summary>An optimizer that knows how far an update can go without a look at the values, so <see cref="UpdateGuard"/> need not check each one.</summary>
internal abstract class BoundedOptimizer : FlatOptimizer
{
    /// <summary>Bounds of the magnitudes as they are.</summary>
    public virtual UpdateBounds Measure(ReadOnlySpan<float> weights) =>
        new(Largest(weights), State.Count > 0 ? Largest(State[0].Values) : 0, State.Count > 1 ? Largest(State[1].Values) : 0);

    /// <summary>
    /// Bounds of the magnitudes after an update, and in <see cref="UpdateBounds.Between"/> of every intermediate result of it, given those before it.
    /// </summary>
    /// <param name="before">Of the weights and of the state.</param>
    /// <param name="gradient">The largest magnitude of the scaled gradient.</param>
    public abstract UpdateBounds Bound(UpdateBounds before, double gradient, double learningRate);

    private static double Largest(ReadOnlySpan<float> values) =>
        values.IsEmpty ? 0 : Math.Abs((double)System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(values));
}
