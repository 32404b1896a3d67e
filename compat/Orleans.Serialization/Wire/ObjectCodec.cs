using System.Reflection;

namespace Orleans.Serialization.Wire;

/// <summary>
/// A type with [GenerateSerializer] (or a tuple). Each level is a row of fields, ended by 0. A field is the number (id + 1) * 8 + kind, then its bytes:
/// kind 0 has a length of 4 bytes before them, kinds 1 to 5 have 1, 2, 4, 8 or 16 bytes. Fields that the reader does not know are skipped.
/// </summary>
internal sealed class ObjectCodec<T> : Codec<T>
{
    private readonly Member<T>[]?[] _levels;
    private readonly ExceptionCodec? _exception;

    public ObjectCodec(CodecFactory factory, List<List<(uint Id, MemberInfo Member)>?> levels)
    {
        IsImmutable = typeof(T).IsDefined(typeof(ImmutableAttribute), inherit: false);
        IsTracked = !typeof(T).IsValueType && !typeof(T).IsDefined(typeof(SuppressReferenceTrackingAttribute)) && !typeof(Exception).IsAssignableFrom(typeof(T));
        _exception = levels.Contains(null) ? new ExceptionCodec(factory) : null;
        _levels = [.. levels.Select(level => level?.Select(m => Create(factory, m.Id, m.Member)).ToArray())];
    }

    public override bool IsImmutable { get; }

    public override bool IsTracked { get; }

    public override void Write(WireWriter writer, T value)
    {
        foreach (var level in _levels)
        {
            if (level is null)
            {
                _exception!.WriteBase(writer, (Exception)(object)value!);
                continue;
            }

            foreach (var member in level)
            {
                WriteField(writer, member, ref value);
            }

            writer.WriteByte(0);
        }
    }

    public override T Read(WireReader reader)
    {
        var value = ObjectActivator<T>.Create();
        if (IsTracked)
        {
            reader.Track(value!);
        }

        foreach (var level in _levels)
        {
            if (level is null)
            {
                ExceptionCodec.SetBase((Exception)(object)value!, _exception!.ReadBase(reader));
            }
            else
            {
                ReadLevel(reader, level, ref value);
            }
        }

        return value;
    }

    private static Member<T> Create(CodecFactory factory, uint id, MemberInfo member)
    {
        var type = member is FieldInfo f ? f.FieldType : ((PropertyInfo)member).PropertyType;
        var shared = member.IsDefined(typeof(ImmutableAttribute))
            || (member.Name is ['<', ..] && typeof(T).GetProperty(member.Name[1..member.Name.IndexOf('>')], BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                ?.IsDefined(typeof(ImmutableAttribute)) == true);
        var codec = factory.Field(type, shared);
        return member is FieldInfo field ? Member<T>.Create(id, field, codec) : Member<T>.Create(id, (PropertyInfo)member, codec);
    }

    private static void WriteField(WireWriter writer, Member<T> member, ref T value)
    {
        var kind = Kind(member.Size);
        writer.WriteVarUInt(((member.Id + 1) << 3) | kind);
        if (kind != 0)
        {
            member.Write(writer, ref value);
            return;
        }

        var start = writer.BeginLength();
        member.Write(writer, ref value);
        writer.EndLength(start);
    }

    private static void ReadLevel(WireReader reader, Member<T>[] level, ref T value)
    {
        var next = 0;
        while (reader.ReadVarUInt() is not 0 and var header)
        {
            var id = (header >> 3) - 1;
            var length = Length(reader, header & 7);
            var end = reader.Position + length;
            if (length < 0 || end > reader.Length)
            {
                throw new SerializerException($"The message is torn: field {id} of {typeof(T)} is {length} bytes long at position {reader.Position} of {reader.Length}.");
            }

            while (next < level.Length && level[next].Id < id)
            {
                next++;
            }

            if (next < level.Length && level[next].Id == id)
            {
                level[next].Read(reader, ref value);
                if (reader.Position != end)
                {
                    throw new SerializerException($"Field {id} of {typeof(T)} was written as another type than it is read: {length} bytes were written, {reader.Position - end + length} were read.");
                }
            }

            reader.Position = end;
        }
    }

    private static uint Kind(int size) => size switch { 1 => 1, 2 => 2, 4 => 3, 8 => 4, 16 => 5, _ => 0 };

    private static int Length(WireReader reader, uint kind) => kind switch
    {
        0 => reader.ReadUnmanaged<int>(),
        <= 5 => 1 << ((int)kind - 1),
        _ => throw new SerializerException($"The message is torn: {kind} is no kind of field, at position {reader.Position}."),
    };
}
