using Sheaf.Surroundings;

namespace Sheaf.Client.Terminal;

/// <summary>Columns aligned with spaces, two between them: readable for people, and for awk. Never wraps or cuts.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    public void Add(params string[] cells)
    {
        if (cells.Length != headings.Length)
        {
            throw new ArgumentException($"A row of {cells.Length} cells in a table of {headings.Length} columns.");
        }

        _rows.Add([.. cells.Select(Printable.Of)]);
    }

    public void Write(TextWriter output, Ink ink, string indent = "")
    {
        var numeric = Enumerable.Range(0, headings.Length).Select(c => _rows.Count > 0 && _rows.All(row => IsNumber(row[c]))).ToArray();
        var widths = Enumerable.Range(0, headings.Length).Select(c => _rows.Select(row => row[c].Length).Append(headings[c].Length).Max()).ToArray();
        output.WriteLine(indent + ink.Strong(Line(headings, widths, numeric)));
        foreach (var row in _rows)
        {
            output.WriteLine(indent + Line(row, widths, numeric));
        }
    }

    private static string Line(string[] cells, int[] widths, bool[] numeric) =>
        string.Join("  ", cells.Select((cell, c) => numeric[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd();

    private static bool IsNumber(string cell) =>
        cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] == '-' || cell is "NaN") && cell.All(c => char.IsAsciiDigit(c) || " .,%/-+e:NaN".Contains(c));
}
