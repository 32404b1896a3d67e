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
        json.WriteStartObject("metrics");
        for (var i = 0; i < Math.Min(names.Count, values.Count); i++)
        {
            json.Number(names[i], values[i]);
        }

        json.WriteEndObject();
    }
}
