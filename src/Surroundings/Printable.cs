using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sheaf.Surroundings;

/// <summary>
/// Text that comes from a file, a name or another program, made fit to be shown: what a terminal would obey instead of showing (control characters, changes of
/// the writing direction), and what hides what it is (white space that only looks like a space, characters without a shape or a meaning, halves of characters),
/// is written as an escape. Pure.
/// </summary>
public static class Printable
{
    /// <summary>One line: line breaks are escaped too.</summary>
    public static string Of(string text) => Escaped(text, keepLines: false);

    /// <summary>The same for several lines: line feeds and tabs stay.</summary>
    public static string Lines(string text) => Escaped(text, keepLines: true);

    /// <summary>One line of at most <paramref name="most"/> characters; what is cut off is three dots.</summary>
    public static string Short(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        // What is cut off need not be escaped first: it may be a whole file.
        var line = Of(text.Length > most ? text[..most] : text);
        return text.Length <= most && line.Length <= most ? line : line[..Math.Min(line.Length, most - 3)] + "...";
    }

    private static string Escaped(string text, bool keepLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var isWhole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (isWhole && (!Hides(rune) || (keepLines && rune.Value is '\n' or '\t')))
            {
                shown.Append(rest[..length]);
            }
            else
            {
                // Of half a character, for which terminals and encoders put something of their own, its code.
                Append(shown, isWhole ? rune.Value : rest[0]);
            }

            rest = rest[length..];
        }

        return shown.ToString();
    }

    private static void Append(StringBuilder shown, int code) => _ = code switch
    {
        '\n' => shown.Append(@"\n"),
        '\r' => shown.Append(@"\r"),
        '\t' => shown.Append(@"\t"),
        <= char.MaxValue => shown.Append(CultureInfo.InvariantCulture, $@"\u{code:X4}"),
        _ => shown.Append(CultureInfo.InvariantCulture, $@"\U{code:X8}"),
    };

    private static bool Hides(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => true,
        _ => false,
    };
}
