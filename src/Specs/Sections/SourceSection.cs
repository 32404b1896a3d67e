using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>A source of rows, told apart by its <c>format</c>.</summary>
internal static class SourceSection
{
    private static readonly SpecField<string> Images = SpecField<string>.Required(
        "images", new PathType(), "The IDX file of unsigned bytes [n, h, w] or [n, c, h, w]; .gz is read as well.", "train-images-idx3-ubyte.gz");

    private static readonly SpecField<string> Labels = SpecField<string>.Required(
        "labels", new PathType(), "The IDX file of labels [n], classes 0 to n-1; .gz is read as well.", "train-labels-idx1-ubyte.gz");

    private static readonly SpecField<string> CsvPath = SpecField<string>.Required(
        "path", new PathType(), "The comma-separated file, with a header (RFC 4180).", "rows.csv");

    private static readonly SpecField<IReadOnlyList<string>> Features = SpecField<IReadOnlyList<string>>.Required(
        "features", new ListType<string>(
            new TextType(), 1, single: true, distinct: true), "The columns that become the input vector, in this order.", "[x1, x2]");

    private static readonly SpecField<string> Target = SpecField<string>.Required(
        "target", new TextType(), "The column to predict: a number, or a class 0 to n-1 where the loss wants classes.", "y");

    private static readonly SpecField<IReadOnlyDictionary<string, string>> Where = SpecField<IReadOnlyDictionary<string, string>>.WithDefault(
        "where", new TextMapType(), new Dictionary<string, string>(), "all rows", "Only rows whose columns equal these texts.", "{split: train}");

    public static TaggedType<SourceSpec> Type { get; } = new(
        "format",
        "source",
        [
            new Tagged<SourceSpec, SourceSpec.Idx>(
                "idx", "Images and labels in the format of MNIST.", new Section<SourceSpec.Idx>([Images, Labels], v => new(v.Get(Images), v.Get(Labels)))),
            new Tagged<SourceSpec, SourceSpec.Csv>(
                "csv",
                "Numbers in a table.",
                new Section<SourceSpec.Csv>(
                    [CsvPath, Features, Target, Where],
                    v => new(v.Get(CsvPath), v.Get(Features), v.Get(Target), v.Get(Where))) { Reserved = ["delimiter", "targets"] }),
        ])
    {
        Reserved = ["images", "image_folder", "folder", "parquet", "npy", "safetensors", "assembly"],
    };
}
