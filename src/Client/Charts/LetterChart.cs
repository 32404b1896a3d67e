namespace Sheaf.Client.Charts;

/// <summary>Curves as characters: Braille, which has eight dots in a letter, or one letter a point where a terminal has no Unicode. Pure.</summary>
internal static class LetterChart
{
    private const int Braille = 0x2800;

    /// <summary>The bit of each dot of a letter: two columns of four.</summary>
    private static readonly int[,] Bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    /// <summary>Cells of the chart, from above: the letter, and which of the curves is in it (the last of several; -1: none).</summary>
    /// <param name="curves">Points in the order of x; those that are not finite are left out.</param>
    /// <param name="x">Along the lower side.</param>
    /// <param name="y">Along the left side.</param>
    /// <param name="columns">Letters of a line.</param>
    /// <param name="lines">Lines.</param>
    /// <param name="unicode">Braille can be shown.</param>
    public static (char Letter, int Curve)[][] Cells(
        IReadOnlyList<IReadOnlyList<(double X, double Y)>> curves, Axis x, Axis y, int columns, int lines, bool unicode)
    {
        var (across, down) = unicode ? (2, 4) : (1, 1);
        var (bits, owners) = (new int[lines, columns], new int[lines, columns]);
        for (var curve = 0; curve < curves.Count; curve++)
        {
            foreach (var (column, line) in Dots(curves[curve], x, y, columns * across, lines * down))
            {
                bits[line / down, column / across] |= unicode ? Bits[line % down, column % across] : 1;
                owners[line / down, column / across] = curve + 1;
            }
        }

        return [.. Enumerable.Range(0, lines).Select(line => Enumerable.Range(0, columns).Select(column =>
            (LetterOf(bits[line, column], owners[line, column], unicode), owners[line, column] - 1)).ToArray())];
    }

    /// <summary>The cells of one line as text.</summary>
    public static string Text(IEnumerable<(char Letter, int Curve)> line) => string.Concat(line.Select(cell => cell.Letter));

    private static char LetterOf(int bits, int owner, bool unicode) => bits == 0 ? ' ' : unicode ? (char)(Braille + bits) : owner == 1 ? '*' : 'o';

    /// <summary>A dot in every column between two points, and those between the dots of neighbouring columns.</summary>
    private static IEnumerable<(int Column, int Line)> Dots(IReadOnlyList<(double X, double Y)> points, Axis x, Axis y, int columns, int lines)
    {
        (int Column, int Line)? before = null;
        var places = points.Select(point => (Across: x.Place(point.X), Up: y.Place(point.Y)));
        foreach (var (across, up) in places.Where(place => double.IsFinite(place.Across) && double.IsFinite(place.Up)))
        {
            var column = Math.Clamp((int)(across * columns), 0, columns - 1);
            var line = Math.Clamp((int)((1 - up) * lines), 0, lines - 1);
            yield return (column, line);
            var from = before ?? (column, line);
            var steps = Math.Max(Math.Abs(column - from.Column), Math.Abs(line - from.Line));
            for (var step = 1; step < steps; step++)
            {
                yield return (from.Column + ((column - from.Column) * step / steps), from.Line + ((line - from.Line) * step / steps));
            }

            before = (column, line);
        }
    }
}
