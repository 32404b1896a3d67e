using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Orleans.Serialization.Wire;

internal sealed class ListCodec<T>(CodecFactory factory) : Codec<List<T>>
{
    private Codec<T>? _element;

    public override bool IsTracked => true;

    public override void Write(WireWriter writer, List<T> value)
    {
        _element ??= factory.Field<T>();
        writer.WriteVarUInt((uint)value.Count);
        foreach (var item in CollectionsMarshal.AsSpan(value))
        {
            _element.Write(writer, item);
        }
    }

    public override List<T> Read(WireReader reader)
    {
        _element ??= factory.Field<T>();
        var count = reader.ReadCount();
        var list = new List<T>(count);
        reader.Track(list);
        for (var i = 0; i < count; i++)
        {
            list.Add(_element.Read(reader));
        }

        return list;
    }
}

internal sealed class DictionaryCodec<TKey, TValue>(CodecFactory factory) : Codec<Dictionary<TKey, TValue>> where TKey : notnull
{
    private readonly Codec<TKey> _key = factory.Field<TKey>();
    private Codec<TValue>? _value;

    public override bool IsTracked => true;

    public override void Write(WireWriter writer, Dictionary<TKey, TValue> value)
    {
        _value ??= factory.Field<TValue>();
        writer.WriteByte(Comparers.ToByte(value.Comparer));
        writer.WriteVarUInt((uint)value.Count);
        foreach (var (key, item) in value)
        {
            _key.Write(writer, key);
            _value.Write(writer, item);
        }
    }

    public override Dictionary<TKey, TValue> Read(WireReader reader)
    {
        _value ??= factory.Field<TValue>();
        var comparer = Comparers.FromByte<TKey>(reader.ReadByte());
        var count = reader.ReadCount();
        var dictionary = new Dictionary<TKey, TValue>(count, comparer);
        reader.Track(dictionary);
        for (var i = 0; i < count; i++)
        {
            var key = _key.Read(reader);
            dictionary.Add(key, _value.Read(reader));
        }

        return dictionary;
    }
}

internal sealed class HashSetCodec<T>(CodecFactory factory) : Codec<HashSet<T>>
{
    private readonly Codec<T> _element = factory.Field<T>();

    public override bool IsTracked => true;

    public override void Write(WireWriter writer, HashSet<T> value)
    {
        writer.WriteByte(Comparers.ToByte(value.Comparer));
        writer.WriteVarUInt((uint)value.Count);
        foreach (var item in value)
        {
            _element.Write(writer, item);
        }
    }

    public override HashSet<T> Read(WireReader reader)
    {
        var comparer = Comparers.FromByte<T>(reader.ReadByte());
        var count = reader.ReadCount();
        var set = new HashSet<T>(count, comparer);
        reader.Track(set);
        for (var i = 0; i < count; i++)
        {
            set.Add(_element.Read(reader));
        }

        return set;
    }
}

/// <summary>Collections that are read into an array and made from it.</summary>
internal sealed class SequenceCodec<TCollection, T>(CodecFactory factory, Func<T[], TCollection> make, bool immutable) : Codec<TCollection>
    where TCollection : IEnumerable<T>
{
    private Codec<T>? _element;

    public override bool IsImmutable => immutable && (_element ??= factory.Field<T>()).IsImmutable;

    public override bool IsTracked => !typeof(TCollection).IsValueType;

    public override void Write(WireWriter writer, TCollection value)
    {
        // default(ImmutableArray<T>) cannot be enumerated; it comes back as an empty one.
        T[] items = value is ImmutableArray<T> { IsDefault: true } ? [] : [.. value];
        writer.WriteVarUInt((uint)items.Length);
        _element ??= factory.Field<T>();
        foreach (var item in items)
        {
            _element.Write(writer, item);
        }
    }

    public override TCollection Read(WireReader reader)
    {
        _element ??= factory.Field<T>();
        var items = new T[reader.ReadCount()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = _element.Read(reader);
        }

        return make(items);
    }
}

internal static class Comparers
{
    public static byte ToByte<T>(IEqualityComparer<T> comparer) => comparer switch
    {
        _ when ReferenceEquals(comparer, EqualityComparer<T>.Default) => 0,
        _ when ReferenceEquals(comparer, StringComparer.Ordinal) => 1,
        _ when ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase) => 2,
        _ => throw new CodecNotFoundException(
            $"A collection with the comparer {comparer.GetType()} cannot be sent; use the default comparer, StringComparer.Ordinal or StringComparer.OrdinalIgnoreCase."),
    };

    public static IEqualityComparer<T>? FromByte<T>(byte value) => value switch
    {
        0 => null,
        1 => (IEqualityComparer<T>)(object)StringComparer.Ordinal,
        2 => (IEqualityComparer<T>)(object)StringComparer.OrdinalIgnoreCase,
        _ => throw new SerializerException($"The message is torn: {value} is no comparer."),
    };
}
