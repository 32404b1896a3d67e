using System.Reflection;
using System.Text.RegularExpressions;
using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Options;

/// <summary>One option of a server.</summary>
/// <param name="Group">The properties that lead to the record that has it, from the root.</param>
/// <param name="Heading">Over it in <c>--help</c>.</param>
internal sealed partial record OptionEntry(IReadOnlyList<PropertyInfo> Group, PropertyInfo Property, OptionAttribute Says, string Prefix, string Heading)
{
    public const string VariablePrefix = "SHEAF__";

    private string Own => WordStart().Replace(Property.Name, "-$1").ToLowerInvariant();

    /// <summary>Without dashes before it: reports-heartbeat.</summary>
    public string Name => Prefix.Length == 0 ? Own : $"{Prefix}-{Own}";

    public string Option => "--" + Name;

    /// <summary>In a file, with a colon for each level: reports:heartbeat.</summary>
    public string Key => Prefix.Length == 0 ? Own : $"{Prefix}:{Own}";

    public string Variable => VariablePrefix + Key.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_').ToUpperInvariant();

    public bool IsFlag => Property.PropertyType == typeof(bool);

    public object? Of(object root) => Property.GetValue(Owner(root));

    public void Set(object root, object? value) => Property.SetValue(Owner(root), value);

    private object Owner(object root) => Group.Aggregate(root, (at, step) => step.GetValue(at)!);

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex WordStart();
}
