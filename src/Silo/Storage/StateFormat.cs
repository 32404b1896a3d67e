using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sheaf.Silo.Storage;

/// <summary>How states are written as JSON, on either store. What is written must stay readable.</summary>
internal static class StateFormat
{
    /// <summary>Enumerations by name, numbers that are not finite as text.</summary>
    /// <param name="generated">Shapes of types that need not be examined first; null: all are examined.</param>
    public static void Configure(JsonSerializerOptions options, IJsonTypeInfoResolver? generated = null)
    {
        options.Converters.Add(new JsonStringEnumConverter());
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(generated, new DefaultJsonTypeInfoResolver());
    }
}
