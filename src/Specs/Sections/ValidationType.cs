using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary><c>{fraction: 0.1}</c>, <c>{fraction: 0.2, take: last}</c>, or a source.</summary>
internal sealed class ValidationType : SpecType<ValidationSpec>
{
    private static readonly SpecField<double> Fraction = SpecField<double>.Required(
        "fraction", new NumberType(0, 1, openMin: true, openMax: true), "This share of the training rows.", "0.1");

    private static readonly SpecField<ValidationTake> Take = SpecField<ValidationTake>.WithDefault(
        "take",
        new EnumType<ValidationTake>(),
        ValidationTake.Random,
        "Which of them: drawn once with the seed, the last ones, or the share of every class, drawn once with the seed.",
        "last");

    private static readonly Section<ValidationSpec> FractionSection =
        new([Fraction, Take], v => new ValidationSpec.Fraction(v.Get(Fraction), v.Get(Take)));

    public override string Text => "mapping";

    public override string Range => "fraction, or a source: the keys of data.train";

    public override string? Show(ValidationSpec value) => null;

    public override IEnumerable<SpecRow> Rows(string key) =>
        FractionSection.Rows(key).Select(r => r.Key.EndsWith(".take", StringComparison.Ordinal) ? r : r with { Default = "" });

    public override JsonObject JsonSchema(SchemaWriter schema) => new()
    {
        ["if"] = new JsonObject { ["required"] = new JsonArray("format") },
        ["then"] = SourceSection.Type.JsonSchema(schema),
        ["else"] = FractionSection.JsonSchema(schema),
    };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out ValidationSpec value)
    {
        value = null;
        if (node is not SpecMapping mapping)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a mapping; write {{fraction: 0.1}}, or a source with its format");
        }

        if (mapping.Find("format") is null && mapping.Find("path") is null && mapping.Find("images") is null && mapping.Find("assembly") is null)
        {
            return FractionSection.TryRead(node, key, reading, out value);
        }

        if (mapping.Find("fraction") is { } both)
        {
            return reading.Reject($"{key}.fraction", both.Key.Origin, "a fraction of the training rows and a source of its own exclude each other; keep one");
        }

        value = SourceSection.Type.TryRead(node, key, reading, out var rows) ? new ValidationSpec.Source(rows) : null;
        return value is not null;
    }
}
