using System.Globalization;
using System.Text;

namespace Sheaf.Surroundings;

/// <summary>
/// Text that comes from a file, a name or another program, made fit for a terminal: what a terminal would obey instead of showing (control characters, changes of the writing
/// direction) is written as an escape. Pure.
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
        // What is cut off need not be escaped first: it may be a whole file.
        var line = Of(text.Length > most ? text[..most] : text);
        return text.Length <= most && line.Length <= most ? line : line[..Math.Min(line.Length, most - 3)] + "...";
    }

    private static string Escaped(string text, bool keepLines)
    {
        if (!text.Any(Acts) && !text.Any(char.IsSurrogate))
        {
            return text;
        }

        var line = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                // Half a pair is no character: terminals and encoders make something of their own of it.
                if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    line.Append(c).Append(text[++i]);
                    continue;
                }

                Append(line, c);
            }
            else if (!Acts(c) || (keepLines && c is '\n' or '\t'))
            {
                line.Append(c);
            }
            else
            {
                Append(line, c);
            }
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, char c) => _ = c switch
    {
        '\n' => line.Append(@"\n"),
        '\r' => line.Append(@"\r"),
        '\t' => line.Append(@"\t"),
        < (char)0x100 => line.Append(@"\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
        _ => line.Append(@"\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
    };

    private static bool Acts(char c) => char.IsControl(c) || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF' or '\uFFFE' or '\uFFFF';
}
