using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The selected rows of a CSV file.</summary>
/// <param name="Names">Of the columns of <paramref name="Features"/>.</param>
/// <param name="Features">Row by row; NaN where a cell has no value; where a column has texts, the place of the cell's text among them.</param>
/// <param name="Texts">For each column its distinct texts; null where it has numbers.</param>
/// <param name="Targets">Row by row.</param>
/// <param name="Ids">The rows' numbers in the file, from 0, a header not counted.</param>
/// <param name="Lines">The rows' lines in the file, from 1.</param>
/// <param name="Dropped">How many rows were left out for want of a value, by column.</param>
internal sealed record CsvTable(
    IReadOnlyList<string> Names,
    double[] Features,
    IReadOnlyList<string>?[] Texts,
    double[] Targets,
    int[] Ids,
    int[] Lines,
    IReadOnlyDictionary<string, int> Dropped)
{
    /// <summary>Of a row, for messages: <c>line 7</c>.</summary>
    public string PlaceOf(SourceSpec.Csv spec, int row) => spec.IsParquet ? $"row {Ids[row]}" : $"line {Lines[row]}";
}
