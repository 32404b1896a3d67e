using System.Numerics.Tensors;

namespace Sheaf.Training.Optimization;

/// <summary>
/// Applies updates that leave every weight and all of the optimizer's state finite, and refuses the others without a trace. Bounds of the magnitudes, carried
/// on from update to update without a look at the values, tell that nothing can overflow; only where they cannot tell, or the optimizer knows none, the values
/// are kept, looked at after the update, and put back if it ruins one.
/// The outcome depends on the values alone, so every worker comes to the same.
/// </summary>
internal sealed class UpdateGuard(FlatOptimizer optimizer)
{
    private UpdateBounds? _bounds;
    private float[][] _kept = [];

    /// <summary>The values were changed by somebody else.</summary>
    public void Forget() => _bounds = null;

    /// <param name="largest">No magnitude of <paramref name="gradient"/> is above it.</param>
    /// <returns>Null where the update was applied; otherwise the first value that it would have ruined.</returns>
    public Ruined? Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale, float largest)
    {
        if (optimizer is not BoundedOptimizer bounded)
        {
            return ApplyOrPutBack(weights, gradient, learningRate, scale);
        }

        if (_bounds is { } known && bounded.Bound(known, (double)largest * scale, learningRate) is { AreSafe: true } next)
        {
            optimizer.Apply(weights, gradient, learningRate, scale);
            _bounds = next;
            return null;
        }

        var bounds = bounded.Measure(weights);
        var exact = gradient.IsEmpty ? 0 : Math.Abs((double)TensorPrimitives.MaxMagnitude(gradient));
        next = bounded.Bound(bounds, exact * scale, learningRate);
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
        Keep(weights);
        optimizer.Apply(weights, gradient, learningRate, scale);
        _bounds = null;
        if (FirstRuined(weights) is not { } ruined)
        {
            return null;
        }

        _kept[0].CopyTo(weights);
        for (var i = 0; i < optimizer.State.Count; i++)
        {
            _kept[i + 1].CopyTo(optimizer.State[i].Values.AsSpan());
        }

        optimizer.Restore(steps);
        return ruined;
    }

    private void Keep(ReadOnlySpan<float> weights)
    {
        if (_kept.Length == 0)
        {
            _kept = [new float[weights.Length], .. optimizer.State.Select(entry => new float[entry.Values.Length])];
        }

        weights.CopyTo(_kept[0]);
        for (var i = 0; i < optimizer.State.Count; i++)
        {
            optimizer.State[i].Values.CopyTo(_kept[i + 1].AsSpan());
        }
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
