using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;

namespace Orleans.Serialization.Wire;

/// <summary>
/// Exceptions travel as type, message, stack trace, inner exception, HResult and data. As officially, a type without [GenerateSerializer] is sent only
/// if its namespace begins with System, Microsoft or Azure; a type that the reader does not have becomes an <see cref="UnavailableExceptionFallbackException"/>.
/// </summary>
internal sealed class ExceptionCodec(CodecFactory factory) : Codec<Exception>
{
    private static readonly ConstructorInfo s_base = typeof(Exception).GetConstructor(
        BindingFlags.Instance | BindingFlags.NonPublic, [typeof(SerializationInfo), typeof(StreamingContext)])!;

    private Codec<Exception>? _inner;
    private Codec<Dictionary<object, object?>>? _data;

    private Codec<Exception> Inner => _inner ??= factory.Field<Exception>();

    private Codec<Dictionary<object, object?>> Data => _data ??= factory.Field<Dictionary<object, object?>>();

    public static bool IsSupported(Type type) => typeof(Exception).IsAssignableFrom(type) && type.Namespace is { } name
        && (name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft", StringComparison.Ordinal) || name.StartsWith("Azure", StringComparison.Ordinal));

    public override void Write(WireWriter writer, Exception value)
    {
        writer.WriteString(TypeNames.Format(value.GetType()));
        WriteBase(writer, value);
        if (value is AggregateException aggregate)
        {
            writer.WriteVarUInt((uint)aggregate.InnerExceptions.Count);
            foreach (var inner in aggregate.InnerExceptions)
            {
                Inner.Write(writer, inner);
            }
        }
    }

    public override Exception Read(WireReader reader)
    {
        var name = reader.ReadString();
        var type = TypeNames.TryParse(name);
        var state = ReadBase(reader);
        if (type == typeof(AggregateException))
        {
            var inner = new Exception[reader.ReadCount()];
            for (var i = 0; i < inner.Length; i++)
            {
                inner[i] = Inner.Read(reader);
            }

            return Restore(new AggregateException(inner), state with { Inner = inner.FirstOrDefault() });
        }

        if (type is null || !IsSupported(type) || type.IsAbstract)
        {
            return Restore(new UnavailableExceptionFallbackException { ExceptionType = name }, state);
        }

        return Restore((Exception)RuntimeHelpers.GetUninitializedObject(type), state);
    }

    public void WriteBase(WireWriter writer, Exception value)
    {
        WriteText(writer, value is AggregateException aggregate ? OwnMessage(aggregate) : value.Message);
        WriteText(writer, value.StackTrace);
        Inner.Write(writer, value.InnerException!);
        writer.WriteUnmanaged(value.HResult);
        Dictionary<object, object?>? data = null;
        if (value.Data.Count > 0)
        {
            data = [];
            foreach (DictionaryEntry entry in value.Data)
            {
                data.Add(entry.Key, entry.Value);
            }
        }

        Data.Write(writer, data!);
    }

    public State ReadBase(WireReader reader) => new(ReadText(reader), ReadText(reader), Inner.Read(reader), reader.ReadUnmanaged<int>(), Data.Read(reader));

    /// <summary>Fills what <see cref="Exception"/> itself holds; what a derived type holds stays as it is.</summary>
    public static void SetBase(Exception value, State state)
    {
#pragma warning disable SYSLIB0050, SYSLIB0051 // Formatter-based serialization is obsolete, but its constructor is the only way to set an exception's own fields.
        var info = new SerializationInfo(typeof(Exception), new FormatterConverter());
        info.AddValue("Message", state.Message, typeof(string));
        info.AddValue("StackTraceString", null, typeof(string));
        info.AddValue("InnerException", state.Inner, typeof(Exception));
        info.AddValue("ClassName", value.GetType().ToString(), typeof(string));
        info.AddValue("Data", null, typeof(IDictionary));
        info.AddValue("HelpURL", null, typeof(string));
        info.AddValue("RemoteStackTraceString", null, typeof(string));
        info.AddValue("RemoteStackIndex", 0);
        info.AddValue("ExceptionMethod", null, typeof(string));
        info.AddValue("HResult", state.HResult);
        info.AddValue("Source", null, typeof(string));
        info.AddValue("WatsonBuckets", null, typeof(byte[]));
        s_base.Invoke(value, [info, new StreamingContext(StreamingContextStates.All)]);
#pragma warning restore SYSLIB0050, SYSLIB0051
        foreach (var (key, item) in state.Data ?? [])
        {
            value.Data[key] = item;
        }

        if (state.StackTrace is not null)
        {
            ExceptionDispatchInfo.SetRemoteStackTrace(value, state.StackTrace);
        }
    }

    private static Exception Restore(Exception value, State state)
    {
        SetBase(value, state);
        return value;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? MessageField(Exception exception);

    // An AggregateException's Message ends with those of its inner exceptions, which would then be there twice.
    private static string? OwnMessage(AggregateException exception) => MessageField(exception);

    private static void WriteText(WireWriter writer, string? text)
    {
        writer.WriteByte(text is null ? (byte)0 : (byte)1);
        if (text is not null)
        {
            writer.WriteString(text);
        }
    }

    private static string? ReadText(WireReader reader) => reader.ReadByte() == 0 ? null : reader.ReadString();

    internal sealed record State(string? Message, string? StackTrace, Exception? Inner, int HResult, Dictionary<object, object?>? Data);
}
