namespace Orleans.Serialization.Wire;

/// <summary>A field of reference type: null, an object seen before, or an object of the declared or of another type.</summary>
internal sealed class ReferenceCodec<T>(CodecFactory factory) : Codec<T>
{
    private const byte Null = 0;
    private const byte Seen = 1;
    private const byte Declared = 2;
    private const byte Named = 3;
    private const byte Shared = 4;

    private readonly bool _sealed = typeof(T).IsSealed;
    private Codec? _declared;

    public override bool IsImmutable => _sealed && (_declared ??= factory.Contents(typeof(T))).IsImmutable;

    public override void Write(WireWriter writer, T value)
    {
        if (value is null)
        {
            writer.WriteByte(Null);
            return;
        }

        var type = value.GetType();
        var declared = type == typeof(T);
        var contents = declared ? _declared ??= factory.Contents(type) : factory.Contents(type);
        if (writer.Mode == WireMode.Copy && contents.IsImmutable)
        {
            writer.WriteByte(Shared);
            writer.Attach(value);
            return;
        }

        if (contents.IsTracked && writer.TryGetWritten(value, out var position))
        {
            writer.WriteByte(Seen);
            writer.WriteVarUInt((uint)position);
            return;
        }

        if (declared)
        {
            writer.WriteByte(Declared);
        }
        else
        {
            writer.WriteByte(Named);
            writer.WriteType(contents.Type);
        }

        contents.WriteBoxed(writer, value);
    }

    public override T Read(WireReader reader)
    {
        var start = reader.Position;
        var kind = reader.ReadByte();
        switch (kind)
        {
            case Null:
                return default!;
            case Shared:
                return Cast(reader.ReadAttachment());
            case Seen:
                return ReadSeen(reader);
            case Declared:
                return ReadContents(reader, start, _declared ??= factory.Contents(typeof(T)));
            case Named:
                return ReadContents(reader, start, factory.Contents(reader.ReadType()));
            default:
                throw new SerializerException($"The message is torn: {kind} at position {start} does not begin a {typeof(T)}.");
        }
    }

    private static T Cast(object? value) => value is T typed
        ? typed
        : throw new SerializerException($"The message holds a {value?.GetType()} where a {typeof(T)} is expected.");

    private static T ReadContents(WireReader reader, int start, Codec contents)
    {
        var outer = reader.ObjectPosition;
        reader.ObjectPosition = start;
        reader.Enter();
        var value = contents.ReadBoxed(reader);
        reader.Leave();
        reader.ObjectPosition = outer;
        if (contents.IsTracked)
        {
            reader.Track(start, value!);
        }

        return Cast(value);
    }

    // The first occurrence may stand in a field that this version of the type does not have and that was skipped: then it is read where it stands.
    private T ReadSeen(WireReader reader)
    {
        var position = (int)reader.ReadVarUInt();
        if (reader.TryGetTracked(position, out var known))
        {
            return Cast(known);
        }

        var after = reader.Position;
        if (position >= after)
        {
            throw new SerializerException($"The message is torn: position {after} refers forward to {position}.");
        }

        reader.Position = position;
        var value = Read(reader);
        reader.Position = after;
        return value;
    }
}
