using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Sections;

namespace Sheaf.Specs;

/// <summary>
/// The spec as a JSON Schema (Draft 2020-12) for editors, made from the table that the parser reads with: every key, its type, what is allowed and what it
/// means. Rules about several keys together are the parser's alone.
/// </summary>
public static class SpecSchema
{
    private static readonly JsonSerializerOptions Options =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Ends with a newline; lines end with <c>\n</c>.</summary>
    public static string ToJson()
    {
        var writer = new SchemaWriter();
        var body = ExperimentSection.Type.JsonSchema(writer);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A spec of Sheaf",
            ["description"] = "Made from the parser's own table by `sheaf spec schema`; `sheaf spec validate` checks what a schema cannot say as well.",
        };
        foreach (var (key, value) in body)
        {
            schema[key] = value!.DeepClone();
        }

        schema["$defs"] = writer.Definitions;
        return schema.ToJsonString(Options) + "\n";
    }
}
