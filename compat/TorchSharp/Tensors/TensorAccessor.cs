using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in logical order, in place: what is written here is in the tensor. Valid while the tensor lives.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly long[] _sizes;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _sizes = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    private unsafe T* First => (T*)_tensor.Pointer;

    /// <summary>One index a dimension, or a single logical one.</summary>
    public unsafe T this[params long[] indices]
    {
        get => First[Offset(indices)];
        set => First[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public Array ToNDArray()
    {
        if (_sizes.Length == 0) return ToArray();
        var array = Array.CreateInstance(typeof(T), _sizes);
        var flat = ToArray();
        Buffer.BlockCopy(flat, 0, array, 0, Buffer.ByteLength(flat));
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (_contiguous) new ReadOnlySpan<T>(First + tensorIndex, count).CopyTo(array[arrayIndex..]);
        else for (var i = 0; i < count; i++) array[arrayIndex + i] = First[Logical(tensorIndex + i)];
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (_contiguous) array.Slice(arrayIndex, count).CopyTo(new(First + tensorIndex, count));
        else for (var i = 0; i < count; i++) First[Logical(tensorIndex + i)] = array[arrayIndex + i];
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1) return Logical(indices[0]);
        if (indices.Length != _sizes.Length) throw new ArgumentException($"{indices.Length} indices given for a tensor of {_sizes.Length} dimensions.");
        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if ((ulong)indices[i] >= (ulong)_sizes[i]) throw new IndexOutOfRangeException($"Index {indices[i]} in dimension {i} is not below its size {_sizes[i]}.");
            offset += indices[i] * _strides[i];
        }

        return offset;
    }

    private long Logical(long index)
    {
        if ((ulong)index >= (ulong)Count) throw new IndexOutOfRangeException($"Index {index} is not below the number of elements, {Count}.");
        if (_contiguous) return index;
        long offset = 0;
        for (var i = _sizes.Length - 1; i >= 0; i--)
        {
            (index, var at) = Math.DivRem(index, _sizes[i]);
            offset += at * _strides[i];
        }

        return offset;
    }
}
