using System.Globalization;

namespace Sheaf.Training.Data;

/// <summary>Numbers by their value and before texts; texts by their characters: the same on every machine.</summary>
internal sealed class CategoryOrder : IComparer<string>
{
    public static CategoryOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (one, other) = (Number(x), Number(y));
        if (one is not null && other is not null && one != other)
        {
            return one.Value.CompareTo(other.Value);
        }

        return (one is null) == (other is null) ? string.CompareOrdinal(x, y) : one is null ? 1 : -1;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
