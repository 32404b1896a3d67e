using System.Numerics.Tensors;

namespace Sheaf.Training.Optimization;

/// <summary>
/// Applies updates that leave every weight and all of the optimizer's state finite, and refuses the others without a trace. Bounds of the magnitudes, carried on from update to update
/// without a look at the values, tell that nothing can overflow; only where they cannot tell, the values are looked at, kept, and put back if the update ruins one.
/// The outcome depends on the values alone, so every worker comes to the same.
/// </summary>
internal sealed class UpdateGuard(FlatOptimizer optimizer)
{
    private UpdateBounds? _bounds;

    /// <summary>The values were changed by somebody else.</summary>
    public void Forget() => _bounds = null;

    /// <param name="largest">No magnitude of <paramref name="gradient"/> is above it.</param>
    /// <returns>Null where the update was applied; otherwise the first value that it would have ruined.</returns>
    public Ruined? Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale, float largest)
    {
        if (_bounds is { } known && optimizer.Bound(known, (double)largest * scale, learningRate) is { AreSafe: true } next)
        {
            optimizer.Apply(weights, gradient, learningRate, scale);
            _bounds = next;
            return null;
        }

        var bounds = optimizer.Measure(weights);
        var exact = gradient.IsEmpty ? 0 : Math.Abs((double)TensorPrimitives.MaxMagnitude(gradient));
        next = optimizer.Bound(bounds, exact * scale, learningRate);
        if (next.AreSafe)
        {
            optimizer.Apply(weights, gradient, learningRate, scale);
            _bounds = next;
            return null;
        }

        return ApplyOrPutBack(weights, gradient, learningRate, scale);
    }

    private Ruined? ApplyOrPutBack(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale)
    {
        var steps = optimizer.Steps;
        var kept = weights.ToArray();
        var state = optimizer.State.Select(entry => entry.Values.ToArray()).ToArray();
        optimizer.Apply(weights, gradient, learningRate, scale);
        _bounds = null;
        if (FirstRuined(weights) is not { } ruined)
        {
            return null;
        }

        kept.CopyTo(weights);
        for (var i = 0; i < state.Length; i++)
        {
            state[i].CopyTo(optimizer.State[i].Values.AsSpan());
        }

        optimizer.Restore(steps);
        return ruined;
    }

    private Ruined? FirstRuined(ReadOnlySpan<float> weights)
    {
        if (Find(weights) is >= 0 and var weight)
        {
            return new(null, weight, weights[weight]);
        }

        foreach (var (name, values) in optimizer.State)
        {
            if (Find(values) is >= 0 and var place)
            {
                return new(name, place, values[place]);
            }
        }

        return null;
    }

    private static int Find(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty || TensorPrimitives.IsFiniteAll(values))
        {
            return -1;
        }

        var place = 0;
        while (float.IsFinite(values[place]))
        {
            place++;
        }

        return place;
    }

    /// <param name="State">Of the optimizer's state; null: a weight.</param>
    /// <param name="Place">In the flat buffer.</param>
    /// <param name="Value">What it would have become.</param>
    internal readonly record struct Ruined(string? State, int Place, float Value);
}
