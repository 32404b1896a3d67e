using System.Collections.Concurrent;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization.Wire;

/// <summary>
/// Finds or makes the codec of a type, and refuses, with the fix, what official Orleans would refuse. Thread-safe.
/// </summary>
/// <param name="extensions">Asked first for types that are none of the above, such as grain references.</param>
internal sealed class CodecFactory(IEnumerable<ICodecExtension> extensions)
{
    private static readonly HashSet<Type> s_blittable =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(Int128), typeof(UInt128),
        typeof(float), typeof(double), typeof(Half), typeof(decimal), typeof(char), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly),
    ];

    private readonly ConcurrentDictionary<Type, Codec> _contents = new();
    private readonly ConcurrentDictionary<(Type, bool), Codec> _fields = new();
    private readonly ICodecExtension[] _extensions = [.. extensions];

    public Codec<T> Field<T>() => FieldCache<T>.Get(this);

    /// <summary>The codec of a variable of this type, which may hold null or a derived type.</summary>
    /// <remarks>Shared: its owner promises not to change what it holds.</remarks>
    public Codec Field(Type type, bool shared) => _fields.GetOrAdd((type, shared), static (key, factory) => factory.MakeField(key.Item1, key.Item2), this);

    /// <summary>The codec of the contents of objects of exactly this type.</summary>
    public Codec Contents(Type type) => _contents.GetOrAdd(type, static (t, factory) => factory.MakeContents(t), this);

    public static bool IsPrimitive(Type type) => s_blittable.Contains(type) || type.IsEnum;

    private static Codec Make(Type definition, params object?[] arguments) => (Codec)Activator.CreateInstance(definition, arguments)!;

    private static Codec Text<T>(Func<T, string> format, Func<string, T> parse) => new TextCodec<T>(format, parse);

    private Codec MakeField(Type type, bool shared)
    {
        var codec = type.IsValueType ? Contents(type) : Make(typeof(ReferenceCodec<>).MakeGenericType(type), this);
        var blittable = codec.GetType() is { IsGenericType: true } g && g.GetGenericTypeDefinition() == typeof(BlittableCodec<>);
        return (shared || (type.IsValueType && codec.IsImmutable)) && !blittable ? Make(typeof(SharedCodec<>).MakeGenericType(type), codec) : codec;
    }

    private Codec MakeContents(Type type)
    {
        if (IsPrimitive(type))
        {
            return Make(typeof(BlittableCodec<>).MakeGenericType(type));
        }

        foreach (var extension in _extensions)
        {
            if (extension.TryCreate(type) is { } codec)
            {
                return codec;
            }
        }

        if (type.IsSZArray)
        {
            var element = type.GetElementType()!;
            return IsPrimitive(element) ? Make(typeof(BlittableArrayCodec<>).MakeGenericType(element)) : Make(typeof(ArrayCodec<>).MakeGenericType(element), this);
        }

        return KnownText(type) ?? (type.IsConstructedGenericType ? KnownGeneric(type) : null) ?? Attributed(type) ?? throw Refuse(type);
    }

    private static Codec? KnownText(Type type)
    {
        if (type == typeof(string))
        {
            return Text<string>(s => s, s => s);
        }

        if (type == typeof(Uri))
        {
            return Text<Uri>(u => u.OriginalString, s => new Uri(s, UriKind.RelativeOrAbsolute));
        }

        if (type == typeof(Version))
        {
            return Text<Version>(v => v.ToString(), Version.Parse);
        }

        if (type == typeof(BigInteger))
        {
            return Text<BigInteger>(v => v.ToString(), BigInteger.Parse);
        }

        if (typeof(IPAddress).IsAssignableFrom(type))
        {
            return Text<IPAddress>(a => a.ToString(), IPAddress.Parse);
        }

        if (type == typeof(IPEndPoint))
        {
            return Text<IPEndPoint>(e => e.ToString(), IPEndPoint.Parse);
        }

        return typeof(Type).IsAssignableFrom(type) ? Text<Type>(TypeNames.Format, TypeNames.Parse) : null;
    }

    private Codec? KnownGeneric(Type type)
    {
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(Nullable<>))
        {
            return Make(typeof(NullableCodec<>).MakeGenericType(arguments), this);
        }

        if (definition == typeof(List<>))
        {
            return Make(typeof(ListCodec<>).MakeGenericType(arguments), this);
        }

        if (definition == typeof(Dictionary<,>))
        {
            return Make(typeof(DictionaryCodec<,>).MakeGenericType(arguments), this);
        }

        if (definition == typeof(HashSet<>))
        {
            return Make(typeof(HashSetCodec<>).MakeGenericType(arguments), this);
        }

        if (definition == typeof(Memory<>) && IsPrimitive(arguments[0]))
        {
            return Make(typeof(BlittableMemoryCodec<>).MakeGenericType(arguments));
        }

        if (definition == typeof(ReadOnlyMemory<>) && IsPrimitive(arguments[0]))
        {
            return Make(typeof(BlittableReadOnlyMemoryCodec<>).MakeGenericType(arguments));
        }

        if (definition == typeof(KeyValuePair<,>) || (type.IsAssignableTo(typeof(ITuple)) && type.Namespace == "System"))
        {
            return Make(typeof(ObjectCodec<>).MakeGenericType(type), this, Schema.Positional(type));
        }

        return Sequences.TryCreate(this, definition, arguments);
    }

    private Codec? Attributed(Type type)
    {
        if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) && !type.IsAbstract)
        {
            return Make(typeof(ObjectCodec<>).MakeGenericType(type), this, Schema.Levels(type));
        }

        return ExceptionCodec.IsSupported(type) ? new ExceptionCodec(this) : null;
    }

    private static CodecNotFoundException Refuse(Type type)
    {
        var fix = type.Name.StartsWith("<>z__ReadOnly", StringComparison.Ordinal)
            ? "a collection expression made it; use an array, List<T> or ImmutableArray<T> there"
            : type.Name.StartsWith('<') || type.Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal))
                ? "use a type that can, such as an array, List<T>, Dictionary<TKey, TValue> or a record of your own with [GenerateSerializer]"
                : typeof(Exception).IsAssignableFrom(type)
                    ? "put [GenerateSerializer] on it, or throw it wrapped in an exception that has it"
                    : "put [GenerateSerializer] on it and [Id(n)] on its members";
        return new CodecNotFoundException($"Could not find a codec for type {type}: it cannot be sent or stored. Fix: {fix}.");
    }

    // One factory serves a process as a rule, so its codecs are found without a dictionary.
    private static class FieldCache<T>
    {
        private static CodecFactory? s_owner;
        private static Codec<T>? s_codec;

        public static Codec<T> Get(CodecFactory factory)
        {
            var codec = s_codec;
            if (codec is not null && ReferenceEquals(s_owner, factory))
            {
                return codec;
            }

            codec = (Codec<T>)factory.Field(typeof(T), shared: false);
            if (s_owner is null && Interlocked.CompareExchange(ref s_owner, factory, null) is null)
            {
                Volatile.Write(ref s_codec, codec);
            }

            return codec;
        }
    }
}
