using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sheaf.Training.Optimization;

/// <summary>
/// The exponential moving average of a flat buffer of weights: as torch.optim.swa_utils' with get_ema_avg_fn, from the first weights on. Used by one thread
/// at a time.
/// </summary>
internal sealed class WeightAverage
{
    private readonly float[] _values;
    private readonly Vector512<float> _taken;

    public WeightAverage(double decay, ReadOnlySpan<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length % Vector512<float>.Count, 0);
        _values = weights.ToArray();
        _taken = Vector512.Create((float)(1 - decay));
    }

    /// <summary>The average; or what is swapped with it.</summary>
    public Span<float> Values => _values;

    /// <summary>A step has made these weights.</summary>
    public void Add(ReadOnlySpan<float> weights)
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var a = ref MemoryMarshal.GetArrayDataReference(_values);
        for (nuint i = 0; i < (nuint)_values.Length; i += (nuint)Vector512<float>.Count)
        {
            var average = Vector512.LoadUnsafe(ref a, i);
            Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref w, i) - average, _taken, average).StoreUnsafe(ref a, i);
        }
    }

    /// <summary>The weights become the average, and the other way round; a second time puts them back.</summary>
    public void Swap(Span<float> weights)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            (weights[i], _values[i]) = (_values[i], weights[i]);
        }
    }
}
