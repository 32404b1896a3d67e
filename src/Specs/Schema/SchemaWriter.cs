using System.Text.Json.Nodes;

namespace Sheaf.Specs.Schema;

/// <summary>
/// Collects the definitions of a JSON Schema (Draft 2020-12): what stands at several places, or inside itself, is written once. Not thread-safe.
/// </summary>
internal sealed class SchemaWriter
{
    private readonly Dictionary<object, string> _names = new(ReferenceEqualityComparer.Instance);

    public JsonObject Definitions { get; } = [];

    /// <summary>A reference to the definition of <paramref name="what"/>, which <paramref name="make"/> writes when it is first asked for.</summary>
    public JsonObject Reference(object what, string name, Func<JsonObject> make)
    {
        if (!_names.TryGetValue(what, out var known))
        {
            known = name.Replace(' ', '_');
            while (Definitions.ContainsKey(known))
            {
                known += "_";
            }

            // It may refer to itself.
            _names[what] = known;
            Definitions[known] = null;
            Definitions[known] = make();
        }

        return new() { ["$ref"] = $"#/$defs/{known}" };
    }

    public static JsonObject AnyOf(params IEnumerable<JsonObject> several) => new() { ["anyOf"] = new JsonArray([.. several]) };

    public static JsonObject Words(params IEnumerable<string> words) => new() { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) };

    /// <summary>What YAML has without quotes and a text is all the same.</summary>
    public static JsonObject Scalar() => new() { ["type"] = new JsonArray("string", "number", "boolean") };
}
