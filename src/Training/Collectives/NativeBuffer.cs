using System.Buffers;
using System.Runtime.InteropServices;

namespace Sheaf.Training.Collectives;

/// <summary>Zeroed native memory for floats, aligned to 64 bytes: the garbage collector neither moves nor scans it. Freed by <c>Dispose</c> only:
/// a finalizer could free it under a span.</summary>
public sealed unsafe class NativeBuffer : MemoryManager<float>
{
    private float* _pointer;

    public NativeBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var bytes = (nuint)Math.Max(length, 1) * sizeof(float);
        _pointer = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_pointer, bytes);
        Length = length;
    }

    public int Length { get; }

    public override Span<float> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_pointer is null, this);
        return new(_pointer, Length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_pointer is null, this);
        return new(_pointer + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
