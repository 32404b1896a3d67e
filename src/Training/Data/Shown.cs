using Sheaf.Surroundings;

namespace Sheaf.Training.Data;

/// <summary>A cell, a name or a row of a file as a message quotes it.</summary>
internal static class Shown
{
    private const int Longest = 40;

    /// <summary>On one line, printable, and no longer than a person reads.</summary>
    public static string Text(string text)
    {
        text = text.ReplaceLineEndings(" ").Trim();
        return Printable.Of(text.Length <= Longest ? text : text[..(Longest - 3)] + "...");
    }
}
