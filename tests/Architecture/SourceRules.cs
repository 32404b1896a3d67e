using System.Text.RegularExpressions;

namespace Sheaf.Tests.Architecture;

/// <summary>The rules about the text of the sources. Each returns what breaks it, as "path: what".</summary>
internal static partial class SourceRules
{
    public static IReadOnlyList<string> ManyPublicTypes(IEnumerable<SourceFile> files) =>
        [.. from file in files
            let types = PublicType().Matches(file.Text).Select(m => m.Groups["name"].Value).Distinct().ToList()
            where types.Count > 1
            select $"{file.Path}: {types.Count} public types ({string.Join(", ", types)}); a file has one"];

    public static IReadOnlyList<string> LongFiles(IEnumerable<SourceFile> files, int limit, IReadOnlyDictionary<string, string> reasons) =>
        [.. from file in files
            let lines = file.Text.AsSpan().Count('\n')
            where lines > limit && !reasons.ContainsKey(file.Path)
            select $"{file.Path}: {lines} lines; split it, or give the reason for more than {limit} in the list of long files"];

    /// <summary>Reasons for files that are not long, or not there.</summary>
    public static IReadOnlyList<string> StaleReasons(IReadOnlyCollection<SourceFile> files, int limit, IReadOnlyDictionary<string, string> reasons) =>
        [.. from path in reasons.Keys
            where !files.Any(file => file.Path == path && file.Text.AsSpan().Count('\n') > limit)
            select $"{path}: is not longer than {limit} lines (any more); remove it from the list of long files"];

    public static IReadOnlyList<string> ConditionalCompilation(IEnumerable<SourceFile> files) =>
        [.. from file in files
            where Conditional().IsMatch(file.Text)
            select $"{file.Path}: has #if; one build of the code is tested, so one is shipped"];

    // With file-scoped namespaces a type of its own stands in the first column.
    [GeneratedRegex(@"^public [\w ]*?(?:class|struct|interface|enum|record|record struct|record class|delegate [\w.<>?\[\], ]+?) (?<name>\w+)", RegexOptions.Multiline, 1000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^\s*#\s*if\b", RegexOptions.Multiline, 1000)]
    private static partial Regex Conditional();
}
