using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orleans.Serialization.Wire;

/// <summary>
/// One message being written. In <see cref="WireMode.Bytes"/> everything goes into the buffer; in <see cref="WireMode.Copy"/> immutable objects and
/// private copies of primitive arrays go into <see cref="Attachments"/>, and the buffer refers to them by index: a large array is copied once.
/// Not thread-safe; use <see cref="Rent"/> and <see cref="Return"/>.
/// </summary>
internal sealed class WireWriter
{
    private const int MaxKeptBuffer = 64 * 1024;

    [ThreadStatic]
    private static WireWriter? t_cached;

    private readonly Dictionary<object, int> _objects = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Type, int> _types = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512);

    public WireMode Mode { get; private set; }

    public int Position { get; private set; }

    public List<object> Attachments { get; } = [];

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Position);

    public static WireWriter Rent(WireMode mode)
    {
        var writer = t_cached ?? new WireWriter();
        t_cached = null;
        writer.Mode = mode;
        return writer;
    }

    public static void Return(WireWriter writer)
    {
        writer.Position = 0;
        writer._objects.Clear();
        writer._types.Clear();
        writer.Attachments.Clear();
        if (writer._buffer.Length > MaxKeptBuffer)
        {
            ArrayPool<byte>.Shared.Return(writer._buffer);
            writer._buffer = ArrayPool<byte>.Shared.Rent(512);
        }

        t_cached = writer;
    }

    /// <summary>Hands over the buffer with what was written. Its new owner returns it to the shared array pool.</summary>
    public ArraySegment<byte> Detach()
    {
        var written = new ArraySegment<byte>(_buffer, 0, Position);
        _buffer = ArrayPool<byte>.Shared.Rent(512);
        Position = 0;
        return written;
    }

    public WireReader Read() => new(_buffer, Position, Mode, Attachments);

    public Span<byte> Reserve(int count)
    {
        Ensure(count);
        var span = _buffer.AsSpan(Position, count);
        Position += count;
        return span;
    }

    public void WriteByte(byte value)
    {
        Ensure(1);
        _buffer[Position++] = value;
    }

    public void WriteUnmanaged<T>(T value) where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        Ensure(size);
        Unsafe.WriteUnaligned(ref _buffer[Position], value);
        Position += size;
    }

    public void WriteVarUInt(uint value)
    {
        Ensure(5);
        while (value >= 0x80)
        {
            _buffer[Position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[Position++] = (byte)value;
    }

    public void WriteString(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        WriteVarUInt((uint)count);
        Encoding.UTF8.GetBytes(value, Reserve(count));
    }

    public void Attach(object value)
    {
        WriteVarUInt((uint)Attachments.Count);
        Attachments.Add(value);
    }

    /// <summary>Leaves room for a length, to be filled in by <see cref="EndLength"/>.</summary>
    public int BeginLength()
    {
        Reserve(4);
        return Position;
    }

    public void EndLength(int start) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(start - 4), Position - start);

    /// <summary>Where this object was written before in this message, or else false, and it counts as written at the current position.</summary>
    public bool TryGetWritten(object value, out int position)
    {
        if (_objects.TryGetValue(value, out position))
        {
            return true;
        }

        _objects.Add(value, Position);
        return false;
    }

    /// <summary>A type's name the first time, the position of that name afterwards.</summary>
    public void WriteType(Type type)
    {
        if (_types.TryGetValue(type, out var position))
        {
            WriteVarUInt((uint)position + 1);
            return;
        }

        WriteVarUInt(0);
        _types.Add(type, Position);
        WriteString(TypeNames.Format(type));
    }

    private void Ensure(int count)
    {
        if (_buffer.Length - Position < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_buffer.LongLength * 2, (long)Position + count)));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
