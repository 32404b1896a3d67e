using System.Text.RegularExpressions;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>What YAML 1.2's core schema calls a number.</summary>
internal static partial class ScalarRules
{
    public static bool IsInteger(string text) => Integer().IsMatch(text);

    public static bool IsNumber(string text) => Number().IsMatch(text);

    /// <summary>A value of the wrong type; says so where only its quotes are wrong.</summary>
    public static string Wrong(SpecNode node) => node is SpecScalar { IsPlain: false } scalar && (IsNumber(scalar.Text) || scalar.Text is "true" or "false")
        ? $"{scalar.Quote()} is text because of its quotes (write {scalar.Text}): it"
        : node.Quote();

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
