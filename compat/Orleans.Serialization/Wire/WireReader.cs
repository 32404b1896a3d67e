using System.Runtime.CompilerServices;
using System.Text;

namespace Orleans.Serialization.Wire;

/// <summary>One message being read. Every length is checked against what is left, so altered bytes throw and never read outside the message. Not thread-safe.</summary>
internal sealed class WireReader(byte[] buffer, int length, WireMode mode, List<object>? attachments = null)
{
    private const int MaxDepth = 500;

    private Dictionary<int, object>? _objects;
    private Dictionary<int, Type>? _types;
    private int _depth;

    public WireMode Mode { get; } = mode;

    public int Position { get; set; }

    public int Length { get; } = length;

    /// <summary>Where the object being read began: codecs that can be part of a cycle call Track as soon as they have made it.</summary>
    public int ObjectPosition { get; set; }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Length - Position)
        {
            throw new SerializerException($"The message is torn: {count} bytes are needed at position {Position} of {Length}.");
        }

        var span = buffer.AsSpan(Position, count);
        Position += count;
        return span;
    }

    public byte ReadByte() => Take(1)[0];

    public T ReadUnmanaged<T>() where T : unmanaged => Unsafe.ReadUnaligned<T>(in Take(Unsafe.SizeOf<T>())[0]);

    public uint ReadVarUInt()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = ReadByte();
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new SerializerException($"The message is torn: no number ends at position {Position}.");
    }

    /// <summary>A number of elements that must still follow, each at least <paramref name="elementSize"/> bytes long.</summary>
    public int ReadCount(int elementSize = 1)
    {
        var count = ReadVarUInt();
        if ((ulong)count * (ulong)elementSize > (ulong)(Length - Position))
        {
            throw new SerializerException($"The message is torn: {count} elements are announced at position {Position} of {Length}.");
        }

        return (int)count;
    }

    public string ReadString() => Encoding.UTF8.GetString(Take(ReadCount()));

    public object ReadAttachment()
    {
        var index = ReadVarUInt();
        return attachments is not null && index < attachments.Count
            ? attachments[(int)index]
            : throw new SerializerException($"The message is torn: attachment {index} is missing.");
    }

    public void Track(object value) => (_objects ??= []).TryAdd(ObjectPosition, value);

    public void Track(int position, object value) => (_objects ??= [])[position] = value;

    public bool TryGetTracked(int position, out object? value)
    {
        value = null;
        return _objects is not null && _objects.TryGetValue(position, out value);
    }

    public Type ReadType()
    {
        var reference = ReadVarUInt();
        var position = reference == 0 ? Position : (int)reference - 1;
        if (_types is not null && _types.TryGetValue(position, out var known))
        {
            if (reference == 0)
            {
                ReadString();
            }

            return known;
        }

        var after = Position;
        Position = position;
        var type = TypeNames.Parse(ReadString());
        if (reference != 0)
        {
            Position = after;
        }

        (_types ??= [])[position] = type;
        return type;
    }

    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new SerializerException($"The message nests objects more than {MaxDepth} deep.");
        }
    }

    public void Leave() => _depth--;
}
