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

    private static readonly SpecField<double> ShareFrom = SpecField<double>.WithDefault(
        "from", new NumberType(0, 1, openMax: true), 0, "Where the share begins.", "0");

    private static readonly SpecField<double> ShareTo = SpecField<double>.WithDefault(
        "to", new NumberType(0, 1, openMin: true), 1, "Where it ends.", "0.9");

    public static SpecField<RowShare> Share { get; } = SpecField<RowShare>.Optional(
        "share",
        new Section<RowShare>([ShareFrom, ShareTo], v => new(v.Get(ShareFrom), v.Get(ShareTo))),
        "all",
        "Only this part of the rows, or of a text, from its beginning (0) to its end (1), in place of rows. Shares that meet have nothing in common.",
        "{from: 0, to: 0.9}");

    public static SpecField<IReadOnlyList<string>> ClassNames { get; } = SpecField<IReadOnlyList<string>>.WithDefault(
        "class_names",
        new ListType<string>(new TextType(), 0, distinct: true),
        [],
        "their numbers",
        "What the classes 0, 1, 2, ... are called, in this order.",
        "[setosa, versicolor, virginica]");

    public static SpecField<IReadOnlyList<string>> Sha256 { get; } = SpecField<IReadOnlyList<string>>.WithDefault(
        "sha256",
        new ListType<string>(new Sha256Type(), 0, single: true),
        [],
        "what the files have at submit",
        "The SHA-256 that the file must have, or those of the files in the order of the spec.",
        "31bd94e9ec1d39eb62f05ad512a8ee39c572884d6462549815919670df65ee5d");
}
