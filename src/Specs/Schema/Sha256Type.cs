using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>A SHA-256, as <c>sha256sum</c> prints it.</summary>
internal sealed class Sha256Type : SpecType<string>
{
    private const int Digits = 64;

    public override string Text => "SHA-256";

    public override string Range => "64 hexadecimal digits, as sha256sum prints them";

    public override string? Show(string value) => value;

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var text = SchemaWriter.Scalar();
        text["pattern"] = "^[0-9A-Fa-f]{64}$";
        return text;
    }

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out string value)
    {
        value = (node as SpecScalar)?.Text.ToLowerInvariant();
        return value is { Length: Digits } && value.All(char.IsAsciiHexDigit)
            ? true
            : reading.Reject(key, node.Origin, $"{node.Quote()} is no SHA-256; allowed: {Range}");
    }
}
