using System.Runtime.InteropServices;
using Sheaf.Training.Devices;
using static TorchSharp.torch;

namespace Sheaf.Training.Ledger;

/// <summary>
/// The 64-bit hash of a reduced gradient that a GPU computes where the gradient is: a sum, modulo 2^64, of each float's bits times an odd key of its column and one of its row, in rows of
/// <see cref="RowFloats"/>. A sum of integers is the same in any order, so the device may add as it likes, and one that differs in a single float never has the same sum.
/// XXH3 (<see cref="GradientHash"/>), which cores use, is a chain of dependent steps. One for each replica.
/// </summary>
internal sealed class ProductHash : IDisposable
{
    /// <summary>A row's floats; the last row is filled up with zeros. Part of every recorded hash: never change it.</summary>
    public const int RowFloats = 8192;

    private readonly Tensor _columns;
    private readonly Tensor _rows;

    /// <param name="length">Floats that are hashed: a multiple of <see cref="RowFloats"/>.</param>
    public ProductHash(int length, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % RowFloats, 0);
        _columns = Keys(0, RowFloats).to(device).DetachFromDisposeScope();
        _rows = Keys(RowFloats, length / RowFloats).to(device).DetachFromDisposeScope();
    }

    /// <summary>The length, filled up to whole rows.</summary>
    public static int Padded(int length) => checked((length + RowFloats - 1) / RowFloats * RowFloats);

    /// <summary>One integer, on the values' device; <see cref="Finish"/> makes the hash of it.</summary>
    public Tensor Sum(Tensor values)
    {
        using var bits = TensorBits.AsIntegers(values);
        using var table = bits.view(-1, RowFloats);
        using var products = table.mul(_columns);
        using var sums = products.sum(1);
        using var weighted = sums.mul(_rows);
        return weighted.sum();
    }

    /// <summary>Spreads the sum over all 64 bits (the finalizer of MurmurHash3).</summary>
    public static ulong Finish(long sum)
    {
        var hash = (ulong)sum;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }

    /// <summary>The same hash, float by float: what the tensors' is checked against. Any length.</summary>
    public static ulong Of(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var sum = 0L;
        for (var i = 0; i < bits.Length; i++)
        {
            sum = unchecked(sum + (bits[i] * Key(i % RowFloats) * Key(RowFloats + (i / RowFloats))));
        }

        return Finish(sum);
    }

    public void Dispose()
    {
        _columns.Dispose();
        _rows.Dispose();
    }

    private static Tensor Keys(int first, int count)
    {
        var keys = new long[count];
        for (var i = 0; i < count; i++)
        {
            keys[i] = Key(first + i);
        }

        return tensor(keys);
    }

    /// <summary>SplitMix64 of the place, made odd: an odd factor loses nothing modulo 2^64.</summary>
    private static long Key(int place)
    {
        var key = unchecked((ulong)(place + 1) * 0x9E3779B97F4A7C15);
        key = unchecked((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9);
        key = unchecked((key ^ (key >> 27)) * 0x94D049BB133111EB);
        return (long)(key ^ (key >> 31)) | 1;
    }
}
