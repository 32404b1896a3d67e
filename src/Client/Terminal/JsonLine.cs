using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sheaf.Client.Terminal;

/// <summary>One JSON object on one line: what --output json prints. Numbers that JSON cannot write (NaN, infinities) become null.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object whose first property is <c>event</c>.</summary>
    public static void Write(TextWriter output, string name, Action<Utf8JsonWriter> properties) => Write(output, json =>
    {
        json.WriteString("event", name);
        properties(json);
    });

    public static void Write(TextWriter output, Action<Utf8JsonWriter> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Flush();
    }

    public static void Number(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Metrics by name; a value without a name is left out.</summary>
    public static void Metrics(this Utf8JsonWriter json, IReadOnlyList<string> names, IReadOnlyList<double> values)
    {
        json.Numbers("metrics", names.Zip(values, KeyValuePair.Create));
    }

    /// <summary>An object of numbers, in the order given.</summary>
    public static void Numbers(this Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, double>> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.Number(key, value);
        }

        json.WriteEndObject();
    }

    public static void Strings(this Utf8JsonWriter json, string name, IEnumerable<string> values) => json.Each(name, values, json.WriteStringValue);

    /// <summary>An array of objects.</summary>
    public static void Objects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> properties) => json.Each(name, items, item =>
    {
        json.WriteStartObject();
        properties(item);
        json.WriteEndObject();
    });

    /// <summary>An array of what <paramref name="write"/> writes of each item.</summary>
    public static void Each<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }
}
