namespace Sheaf.Surroundings;

/// <summary>Finds what a user may have meant.</summary>
public static class NearestName
{
    /// <returns>The nearest of <paramref name="names"/>, or <c>null</c> where none is near: more than a third of the letters differ.</returns>
    public static string? Find(string typed, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: name.StartsWith(typed, StringComparison.Ordinal) && typed.Length > 1 ? 0 : Distance(typed, name)))
        .Where(candidate => candidate.Distance <= Math.Max(1, Math.Max(typed.Length, candidate.Name.Length) / 3))
        .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one to the other.</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
