using System.Text.RegularExpressions;

namespace Sheaf.Tests.Architecture;

/// <summary>How many lines a type has, from its declaration to its closing brace, all of its parts together.</summary>
/// <param name="Name">With its namespace, as reflection writes it.</param>
internal sealed partial record TypeLength(string Name, int Lines, IReadOnlyList<string> Files)
{
    /// <summary>The types of these files by name; nested ones are part of the type that they are in.</summary>
    public static IReadOnlyList<TypeLength> Of(IEnumerable<SourceFile> files) =>
        [.. from file in files
            from part in Parts(file)
            group (part.Lines, file.Path) by part.Name into type
            orderby type.Key
            select new TypeLength(type.Key, type.Sum(part => part.Lines), [.. type.Select(part => part.Path).Distinct()])];

    private static IEnumerable<(string Name, int Lines)> Parts(SourceFile file)
    {
        var @namespace = Namespace().Match(file.Text).Groups["name"].Value;
        foreach (Match declaration in Declaration().Matches(file.Text))
        {
            var parameters = declaration.Groups["generic"].Value;
            var name = $"{@namespace}.{declaration.Groups["name"].Value}{(parameters.Length == 0 ? "" : $"`{parameters.Count(letter => letter == ',') + 1}")}";
            yield return (name, declaration.Value.Count(letter => letter == '\n') + 1);
        }
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();

    // With file-scoped namespaces a type of its own begins in the first column, and so does the brace that ends it; a type without a body ends with the first
    // semicolon.
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|readonly|ref|partial|unsafe) )*(?:class|struct|interface|enum|record(?: struct| class)?) "
            + @"(?<name>\w+)(?<generic><[^>]*>)?[^{;]*(?:;|\{[^\n]*\}$|\{.*?^\})",
        RegexOptions.Multiline | RegexOptions.Singleline,
        1000)]
    private static partial Regex Declaration();
}
