using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs;

/// <summary>Cells of a table without a value, and what becomes of them.</summary>
/// <param name="Marks">Texts that stand for no value, beside an empty cell.</param>
/// <param name="Fill">What a feature without a value becomes. A row without a target is left out, whatever this says.</param>
public sealed record MissingValues(IReadOnlyList<string> Marks, MissingFill Fill)
{
    private static readonly SpecField<IReadOnlyList<string>> MarksField = SpecField<IReadOnlyList<string>>.WithDefault(
        "marks", new ListType<string>(new TextType(), 0, single: true, distinct: true), [], "Texts that stand for no value, beside an empty cell.",
            "[\"?\", NA]");

    private static readonly SpecField<MissingFill> FillField = SpecField<MissingFill>.WithDefault(
        "fill",
        new FillType(),
        MissingFill.Drop,
        "What happens to a feature without a value: its row is left out, or it becomes the mean or the median of the training rows' values, or a number.",
        "mean");

    internal static SpecField<MissingValues> Field { get; } = SpecField<MissingValues>.Optional(
        "missing",
        new Section<MissingValues>([MarksField, FillField], v => new(v.Get(MarksField), v.Get(FillField))),
        "a mistake",
        "What becomes of cells without a value. A row without a target is always left out.",
        "{marks: [\"?\"], fill: drop}");

    /// <summary><c>drop</c>, <c>mean</c>, <c>median</c>, or a number.</summary>
    private sealed class FillType : SpecType<MissingFill>
    {
        public override string Text => "name, or a number";

        public override string Range => "drop, mean, median, or any finite number";

        public override string? Show(MissingFill value) => value.Text;

        public override JsonObject JsonSchema(SchemaWriter schema) =>
            SchemaWriter.AnyOf(SchemaWriter.Words("drop", "mean", "median"), NumberType.Any.JsonSchema(schema));

        public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out MissingFill value)
        {
            value = (node as SpecScalar)?.Text switch
            {
                "drop" => MissingFill.Drop,
                "mean" => MissingFill.Mean,
                "median" => MissingFill.Median,
                _ => null,
            };
            if (value is null && node is SpecScalar { IsPlain: true } scalar && ScalarRules.IsNumber(scalar.Text)
                && NumberType.Any.TryRead(node, key, reading, out var number))
            {
                value = new MissingFill.Constant(number);
            }

            return value is not null || reading.Reject(key, node.Origin, $"{node.Quote()} is no way to fill a cell; allowed: {Range}");
        }
    }
}
