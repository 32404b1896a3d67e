namespace Sheaf.Specs.Summaries;

/// <summary>The rows of a spec, read and summed up before anything is trained. Plain values, for System.Text.Json.</summary>
public sealed record DataDescription
{
    /// <summary>What statistics and pictures are of: train, validation or test.</summary>
    public required string Rows { get; init; }

    /// <summary>How many rows each of train, validation and test has; null where the spec has none.</summary>
    public required int Train { get; init; }

    public int? Validation { get; init; }

    public int? Test { get; init; }

    /// <summary>Of one row: [channels, height, width], or [columns].</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Columns or channels before the transforms of values, after those of whole images.</summary>
    public required IReadOnlyList<ColumnStatistics> Features { get; init; }

    /// <summary>Empty where targets are classes.</summary>
    public required IReadOnlyList<ColumnStatistics> Targets { get; init; }

    /// <summary>Empty where targets are numbers.</summary>
    public required IReadOnlyList<ClassBalance> Classes { get; init; }

    /// <summary>A sentence for each source and column whose cells have no value here and there: how many, and what became of them.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>In the order of the spec.</summary>
    public required IReadOnlyList<TransformEffect> Transforms { get; init; }

    /// <summary>The first rows, where rows are images.</summary>
    public IReadOnlyList<RowPicture> Pictures { get; init; } = [];

    public required IReadOnlyList<DescribedFile> Files { get; init; }
}

/// <summary>What pandas' describe says of a column; quartiles are interpolated as NumPy's are.</summary>
/// <param name="Std">Of the sample: divided by n - 1; null for a single value.</param>
public sealed record ColumnStatistics(
    string Name, long Count, double Mean, double? Std, double Min, double LowerQuartile, double Median, double UpperQuartile, double Max);

/// <summary>How many rows have a class.</summary>
public sealed record ClassBalance(string Name, int Train, int? Validation, int? Test);

/// <summary>What a transform makes of the columns.</summary>
/// <param name="Text">As the spec has it.</param>
/// <param name="Columns">After it and all before it; empty where it changes whole images.</param>
public sealed record TransformEffect(string Text, IReadOnlyList<ColumnEffect> Columns);

/// <summary>A column after some transforms.</summary>
public sealed record ColumnEffect(string Name, double Mean, double? Std, double Min, double Max);

/// <summary>A row that is an image.</summary>
/// <param name="Id">The row's number in its file, from 0.</param>
/// <param name="Target">Its class's name, or its numbers.</param>
/// <param name="Pixels">[channels, height, width].</param>
public sealed record RowPicture(int Id, string Target, int Channels, int Height, int Width, byte[] Pixels);

/// <summary>A file that was read.</summary>
public sealed record DescribedFile(string Path, string Sha256, long Bytes);

/// <summary>What comes of a reading: a description, or all that is wrong with the data.</summary>
public sealed record DescribedData(DataDescription? Description, IReadOnlyList<string> Problems);
