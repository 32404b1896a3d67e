using System.Text.Json;
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
    RowStore<double> Features,
    IReadOnlyList<string>?[] Texts,
    RowStore<double> Targets,
    RowStore<int> Ids,
    RowStore<int> Lines,
    IReadOnlyDictionary<string, int> Dropped)
{
    public int Count => (int)Ids.Length;

    /// <summary>Of a row, for messages: <c>line 7</c>.</summary>
    public string PlaceOf(SourceSpec.Csv spec, long row) => spec.IsParquet ? $"row {Ids[row]}" : $"line {Lines[row]}";

    public CacheContent Pack() => new CacheContent(JsonSerializer.Serialize(new Rest(Names, Texts, Dropped)))
        .With("features", Features).With("targets", Targets).With("ids", Ids).With("lines", Lines);

    public static CsvTable Unpack(CacheEntry entry)
    {
        var rest = JsonSerializer.Deserialize<Rest>(entry.Text)!;
        return new(
            rest.Names, entry.Array<double>("features"), rest.Texts, entry.Array<double>("targets"), entry.Array<int>("ids"), entry.Array<int>("lines"),
            rest.Dropped);
    }

    private sealed record Rest(IReadOnlyList<string> Names, IReadOnlyList<string>?[] Texts, IReadOnlyDictionary<string, int> Dropped);
}
