namespace Sheaf.Training.UserCode;

/// <summary>An exception of a library in words for a user.</summary>
internal static class Causes
{
    /// <summary>
    /// The first line: libtorch appends where in its own source it was thrown, and frames without names. Where a user's own code is on the way, its place.
    /// </summary>
    public static string Of(Exception e)
    {
        var line = e.Message.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        var place = PackageContext.PlaceOf(e) is { } own ? $" (in {own})" : "";
        return $"{e.GetType().Name}: {(end < 0 ? line : line[..end].TrimEnd())}{place}";
    }
}
