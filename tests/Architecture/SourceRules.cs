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

    /// <summary>A type is as long as all its parts together, in whatever files they are.</summary>
    public static IReadOnlyList<string> LongTypes(IEnumerable<SourceFile> files, int limit, IReadOnlyDictionary<string, string> reasons) =>
        [.. from type in TypeLength.Of(files)
            where type.Lines > limit && !reasons.ContainsKey(type.Name)
            select $"{type.Name}: {type.Lines} lines in {string.Join(", ", type.Files)}; it has two jobs: split it, or give the reason for more "
                + $"than {limit} in the list of long types"];

    /// <summary>Reasons for types that are not long, or not there.</summary>
    public static IReadOnlyList<string> StaleReasons(IEnumerable<SourceFile> files, int limit, IReadOnlyDictionary<string, string> reasons)
    {
        var types = TypeLength.Of(files);
        return [.. reasons.Keys.Where(name => !types.Any(type => type.Name == name && type.Lines > limit))
            .Select(name => $"{name}: is not longer than {limit} lines (any more); remove it from the list of long types")];
    }

    public static IReadOnlyList<string> LongLines(IEnumerable<SourceFile> files, int limit) =>
        [.. from file in files
            from line in file.Text.Split('\n').Index()
            where line.Item.TrimEnd('\r').Length > limit
            select $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns; a line has at most {limit}"];

    public static IReadOnlyList<string> ConditionalCompilation(IEnumerable<SourceFile> files) =>
        [.. from file in files
            where Conditional().IsMatch(file.Text)
            select $"{file.Path}: has #if; one build of the code is tested, so one is shipped"];

    /// <summary>A library's own client heeds HTTP_PROXY and the like, which are set for the web.</summary>
    public static IReadOnlyList<string> ClientsWithAProxy(IEnumerable<SourceFile> files) =>
        [.. from file in files
            where HttpClients().IsMatch(file.Text) && !file.Text.Contains("UseProxy = false", StringComparison.Ordinal)
            select $"{file.Path}: opens connections over HTTP without UseProxy = false; a proxy is only what the user names"];

    /// <summary>A name that only one part knows is refused by the others as misspelt.</summary>
    public static IReadOnlyList<string> UnknownVariables(IEnumerable<SourceFile> files, IReadOnlyCollection<string> known) =>
        [.. from file in files
            from name in Variable().Matches(file.Text).Select(match => match.Value).Distinct()
            where !known.Contains(name)
            select $"{file.Path}: {name} is not in the list of known variables"];

    /// <summary>A misspelt variable is silently none for a program that does not look at their names.</summary>
    /// <param name="projects">Project files.</param>
    /// <param name="files">The sources of all projects.</param>
    public static IReadOnlyList<string> ProgramsThatTakeAnyVariable(IEnumerable<SourceFile> projects, IReadOnlyCollection<SourceFile> files) =>
        [.. from project in projects
            where project.Text.Contains("<OutputType>Exe</OutputType>", StringComparison.Ordinal)
            let folder = project.Path[..(project.Path.LastIndexOf('/') + 1)]
            where !files.Any(
                file => file.Path.StartsWith(folder, StringComparison.Ordinal) && file.Text.Contains("SheafVariables.Check(", StringComparison.Ordinal))
            select $"{project.Path}: its program calls SheafVariables.Check nowhere; a misspelt variable is to be refused"];

    // With file-scoped namespaces a type of its own stands in the first column.
    [GeneratedRegex(@"^public [\w ]*?(?:class|struct|interface|enum|record|record struct|record class|delegate [\w.<>?\[\], ]+?) (?<name>\w+)",
        RegexOptions.Multiline, 1000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\bGrpcChannel\.ForAddress\(|\bnew HttpClient\(|\bnew SocketsHttpHandler\b|\bHttpClient \w+ = new\(", RegexOptions.None, 1000)]
    private static partial Regex HttpClients();

    [GeneratedRegex(@"\bSHEAF_[A-Z][A-Z_]*[A-Z]\b", RegexOptions.None, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\s*#\s*if\b", RegexOptions.Multiline, 1000)]
    private static partial Regex Conditional();
}
