using System.IO.Enumeration;

namespace Sheaf.Specs;

/// <summary>Names of parameters by pattern: <c>*</c> stands for any characters, <c>?</c> for one.</summary>
public static class NamePattern
{
    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    public static bool MatchesAny(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));
}
