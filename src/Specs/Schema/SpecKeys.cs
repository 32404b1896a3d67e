namespace Sheaf.Specs.Schema;

internal static class SpecKeys
{
    public static string Join(string parent, string name) => parent.Length > 0 ? $"{parent}.{name}" : name;
}
