namespace Sheaf.Client.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What: libtorch, disk, silo a.</param>
/// <param name="Text">What was found.</param>
/// <param name="Do">What mends it, a command where there is one; null where nothing need be done.</param>
internal sealed record Finding(FindingLevel Level, string Subject, string Text, string? Do = null)
{
    public static Finding Ok(string subject, string text) => new(FindingLevel.Ok, subject, text);

    public static Finding Warning(string subject, string text, string what) => new(FindingLevel.Warning, subject, text, what);

    public static Finding Wrong(string subject, string text, string what) => new(FindingLevel.Wrong, subject, text, what);
}
