using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>
    /// A table of text (RFC 4180 where nothing else is said). <paramref name="Features"/> become a float vector in that order, a column of
    /// <see cref="OneHot"/> as many floats as it has categories. <paramref name="Targets"/> are numbers (regression), or a single class 0..n-1 where the loss
    /// wants classes. <paramref name="Where"/> keeps the rows whose columns equal the given texts.
    /// </summary>
    public sealed record Csv(
        string Path, IReadOnlyList<string> Features, IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Where) : SourceSpec
    {
        private static readonly SpecField<string> PathField =
            SpecField<string>.Required("path", new PathType(remote: true), "The file, with a header unless columns names its columns (RFC 4180).", "rows.csv");

        private static readonly SpecField<string> ParquetPathField =
            SpecField<string>.Required(
                "path", new PathType(remote: true), "The file; its columns are numbers, booleans (0 and 1) and texts, not lists.", "rows.parquet");

        private static readonly SpecField<IReadOnlyList<string>> FeaturesField = SpecField<IReadOnlyList<string>>.Required(
            "features", new ListType<string>(
                new TextType(), 1, single: true, distinct: true),
            "The columns that become the input vector, in this order. A name with * or ? that no column has stands for all columns like it, in the file's "
                + "order, but "
                + "for targets, those of where, and those of except.",
            "[x1, x2]");

        private static readonly SpecField<IReadOnlyList<string>> ExceptField = SpecField<IReadOnlyList<string>>.WithDefault(
            "except",
            new ListType<string>(new TextType(), 0, single: true, distinct: true),
            [],
            "Columns that a pattern in features does not stand for: with features: \"*\", all but these.",
            "[id, date]");

        private static readonly SpecField<IReadOnlyList<string>> TargetField = SpecField<IReadOnlyList<string>>.Required(
            "target",
            new ListType<string>(new TextType(), 1, single: true, distinct: true),
            "The column to predict: a number, or a class where the loss wants classes; or a list of columns of numbers.",
            "y");

        private static readonly SpecField<IReadOnlyDictionary<string, string>> WhereField = SpecField<IReadOnlyDictionary<string, string>>.WithDefault(
            "where", new TextMapType(), new Dictionary<string, string>(), "all rows", "Only rows whose columns equal these texts.", "{split: train}");

        private static readonly SpecField<IReadOnlyList<string>> ColumnsField = SpecField<IReadOnlyList<string>>.WithDefault(
            "columns",
            new ListType<string>(new TextType(), 0, distinct: true),
            [],
            "the file's header",
            "The names of all columns of a file that has no header.",
            "[mpg, cylinders, name]");

        private static readonly SpecField<CsvDelimiter> DelimiterField = SpecField<CsvDelimiter>.WithDefault(
            "delimiter", new EnumType<CsvDelimiter>(), CsvDelimiter.Comma, "What stands between two cells; space means any number of spaces and tabs.",
                "semicolon");

        private static readonly SpecField<CsvComment> CommentField = SpecField<CsvComment>.WithDefault(
            "comment", new EnumType<CsvComment>(), CsvComment.None, "The character from which on a line is ignored, outside quotes.", "hash");

        private static readonly SpecField<CsvDecimal> DecimalField = SpecField<CsvDecimal>.WithDefault(
            "decimal", new EnumType<CsvDecimal>(), CsvDecimal.Point, "What separates a number's whole part from its fraction.", "comma");

        private static readonly SpecField<CsvEncoding> EncodingField = SpecField<CsvEncoding>.WithDefault(
            "encoding",
            new EnumType<CsvEncoding>(),
            CsvEncoding.Utf8,
            "How the file's bytes are characters; a byte order mark of Unicode comes first.",
            "windows1252");

        private static readonly SpecField<IReadOnlyList<string>> OneHotField = SpecField<IReadOnlyList<string>>.WithDefault(
            "one_hot",
            new ListType<string>(new TextType(), 0, single: true, distinct: true),
            [],
            "Features that are categories: each becomes one column of 0 or 1 for each text that the training rows have in it, in the order of the texts.",
            "[origin]");

        private static readonly SpecField<IReadOnlyList<string>> IndexField = SpecField<IReadOnlyList<string>>.WithDefault(
            "index",
            new ListType<string>(new TextType(), 0, single: true, distinct: true),
            [],
            "Features that are categories and stay one column each: of whole numbers, a different one for each text that the training rows have, in the order "
                + "of the texts, and from column to column on. One embedding takes all of them, and normalize leaves them as they are.",
            "[maker, origin]");

        private static readonly SpecField<UnseenCategory> UnseenField = SpecField<UnseenCategory>.WithDefault(
            "unseen",
            new EnumType<UnseenCategory>(),
            UnseenCategory.Refuse,
            "What a category is that no training row has: a mistake; or zeros: 0 in all columns of its one_hot feature, and of index the one number behind the "
                + "last, for which an embedding's count has a place more.",
            "zeros");

        public override IReadOnlyList<string> Files => [Path];

        /// <summary>The names of all columns where the file has no header; empty where it has one.</summary>
        public IReadOnlyList<string> Columns { get; init; } = [];

        public CsvDelimiter Delimiter { get; init; }

        public CsvComment Comment { get; init; }

        public CsvDecimal Decimal { get; init; }

        public CsvEncoding Encoding { get; init; }

        /// <summary>Columns that a pattern of <see cref="Features"/> leaves out.</summary>
        public IReadOnlyList<string> Except { get; init; } = [];

        /// <summary>Whether the columns of the file decide which ones the features are.</summary>
        public bool HasPatterns => Features.Any(IsPattern);

        /// <summary>Null: a cell without a value is a mistake.</summary>
        public MissingValues? Missing { get; init; }

        /// <summary>Of <see cref="Features"/>.</summary>
        public IReadOnlyList<string> OneHot { get; init; } = [];

        /// <summary>Of <see cref="Features"/>, none of <see cref="OneHot"/>.</summary>
        public IReadOnlyList<string> Index { get; init; } = [];

        /// <summary>Features that are texts.</summary>
        public IEnumerable<string> Categories => OneHot.Concat(Index);

        public UnseenCategory Unseen { get; init; }

        /// <summary>The table is not text but Parquet (https://parquet.apache.org/docs/file-format): its columns have names and types of their own.</summary>
        public bool IsParquet { get; init; }

        /// <summary>
        /// The file's rows are only to be predicted: it need not have the columns of <see cref="Targets"/>, and what it has there is not looked at. Never from
        /// a spec.
        /// </summary>
        public bool IsUnlabelled { get; init; }

        public static bool IsPattern(string name) => name.AsSpan().ContainsAny('*', '?');

        internal static Tagged<SourceSpec> ParquetInSpec { get; } = new Tagged<SourceSpec, Csv>(
            "parquet",
            "A table as Parquet.",
            new Section<Csv>(
                [
                    ParquetPathField, FeaturesField, TargetField, WhereField, SourceFields.Rows, SourceFields.Share, ExceptField, MissingValues.Field,
                        OneHotField, IndexField, UnseenField, SourceFields.ClassNames, SourceFields.Sha256,
                ],
                v => new(v.Get(ParquetPathField), v.Get(FeaturesField), v.Get(TargetField), v.Get(WhereField))
                {
                    Rows = v.Maybe(SourceFields.Rows),
                    Share = v.Maybe(SourceFields.Share),
                    Except = v.Get(ExceptField),
                    Missing = v.Maybe(MissingValues.Field),
                    OneHot = v.Get(OneHotField),
                    Index = v.Get(IndexField),
                    Unseen = v.Get(UnseenField),
                    ClassNames = v.Get(SourceFields.ClassNames),
                    Sha256 = v.Get(SourceFields.Sha256),
                    IsParquet = true,
                }));

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, Csv>(
            "csv",
            "A table of text.",
            new Section<Csv>(
                [
                    PathField, FeaturesField, TargetField, WhereField, SourceFields.Rows, SourceFields.Share, ExceptField, ColumnsField, DelimiterField,
                        CommentField, DecimalField, EncodingField,
                    MissingValues.Field, OneHotField, IndexField, UnseenField, SourceFields.ClassNames, SourceFields.Sha256,
                ],
                v => new(v.Get(PathField), v.Get(FeaturesField), v.Get(TargetField), v.Get(WhereField))
                {
                    Rows = v.Maybe(SourceFields.Rows),
                    Share = v.Maybe(SourceFields.Share),
                    Except = v.Get(ExceptField),
                    Columns = v.Get(ColumnsField),
                    Delimiter = v.Get(DelimiterField),
                    Comment = v.Get(CommentField),
                    Decimal = v.Get(DecimalField),
                    Encoding = v.Get(EncodingField),
                    Missing = v.Maybe(MissingValues.Field),
                    OneHot = v.Get(OneHotField),
                    Index = v.Get(IndexField),
                    Unseen = v.Get(UnseenField),
                    ClassNames = v.Get(SourceFields.ClassNames),
                    Sha256 = v.Get(SourceFields.Sha256),
                }));
    }
}
