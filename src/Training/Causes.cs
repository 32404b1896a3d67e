namespace Sheaf.Training;

/// <summary>An exception of a library in words for a user.</summary>
internal static class Causes
{
    /// <summary>The first line: libtorch appends where in its own source it was thrown, and frames without names.</summary>
    public static string Of(Exception e)
    {
        var line = e.Message.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        return $"{e.GetType().Name}: {(end < 0 ? line : line[..end].TrimEnd())}";
    }
}
