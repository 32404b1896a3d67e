using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Which columns of a table its features are, where the spec names them by patterns.</summary>
internal static class ColumnPatterns
{
    /// <summary>The spec with the columns' names in place of patterns: in the order of the spec, those of one pattern in the order of the file.</summary>
    /// <param name="report">Is told of a pattern that stands for nothing.</param>
    public static SourceSpec.Csv Resolved(SourceSpec.Csv spec, IReadOnlyList<string> header, Action<string> report)
    {
        if (!spec.HasPatterns)
        {
            return spec;
        }

        var features = new List<string>();
        foreach (var name in spec.Features)
        {
            if (!SourceSpec.Csv.IsPattern(name) || header.Contains(name))
            {
                features.Add(name);
                continue;
            }

            var like = header.Where(column => column.Length > 0 && NamePattern.Matches(name, column) && !spec.Targets.Contains(column)
                && !spec.Where.ContainsKey(column) && !NamePattern.MatchesAny(spec.Except, column)).ToList();
            features.AddRange(like);
            if (like.Count == 0)
            {
                report($"has no column like '{Shown.Text(name)}' (asked for by features). Its columns are "
                    + $"{string.Join(", ", header.Take(20).Select(column => $"'{Shown.Text(column)}'"))}{(header.Count > 20 ? ", ..." : "")}.");
            }
        }

        return spec with { Features = [.. features.Distinct(StringComparer.Ordinal)] };
    }
}
