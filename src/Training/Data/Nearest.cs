namespace Sheaf.Training.Data;

/// <summary>The name that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>Null where none is close: at most a third of the letters (rounded up, and never all) differ; case does not count.</summary>
    public static string? Of(string wrong, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(each => each.Distance <= (wrong.Length + 2) / 3 && (each.Distance < wrong.Length))
            .OrderBy(each => each.Distance)
            .Select(each => each.Name)
            .FirstOrDefault();

    /// <summary>Insertions, deletions and changes of one letter (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
