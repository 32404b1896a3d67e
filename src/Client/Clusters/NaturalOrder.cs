namespace Sheaf.Client.Clusters;

/// <summary>silo-2 before silo-10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var ((left, first), (right, second)) = (Split(x ?? ""), Split(y ?? ""));
        var order = string.CompareOrdinal(left, right);
        return order != 0 ? order : first != second ? first.CompareTo(second) : string.CompareOrdinal(x, y);
    }

    private static (string Text, long Number) Split(string name)
    {
        var text = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return (text, long.TryParse(name.AsSpan(text.Length), out var number) ? number : -1);
    }
}
