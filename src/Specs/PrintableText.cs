using System.Globalization;
using System.Text;

namespace Sheaf.Specs;

/// <summary>Text of a user's file as a message shows it: nothing in it can steer a terminal, break the line, or hide what it is.</summary>
public static class PrintableText
{
    /// <summary>Control characters, those that only steer how others are shown, spaces that look like another, those of no meaning, and halves of characters are written as <c>\u001B</c>.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var hides = (rune.Value != ' ' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;
            _ = hides || rune == Rune.ReplacementChar ? shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}") : shown.Append(rune.ToString());
        }

        return shown.ToString();
    }
}
