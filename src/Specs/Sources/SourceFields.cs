using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sources;

/// <summary>The keys that every source has.</summary>
internal static class SourceFields
{
    private const long LastRow = int.MaxValue - 1;

    private static readonly SpecField<long> From = SpecField<long>.WithDefault("from", new IntegerType(0, LastRow), 0, "The first row, counted from 0.", "0");

    private static readonly SpecField<long> To = SpecField<long>.Required("to", new IntegerType(0, LastRow), "The last row.", "49999");

    public static SpecField<RowRange> Rows { get; } = SpecField<RowRange>.Optional(
        "rows", new Section<RowRange>([From, To], v => new(v.Get(From), v.Get(To))), "all rows", "Only these rows of the file, by their place.",
            "{from: 0, to: 49999}");

    public static SpecField<IReadOnlyList<string>> ClassNames { get; } = SpecField<IReadOnlyList<string>>.WithDefault(
        "class_names",
        new ListType<string>(new TextType(), 0, distinct: true),
        [],
        "their numbers",
        "What the classes 0, 1, 2, ... are called, in this order.",
        "[setosa, versicolor, virginica]");
}
