namespace Sheaf.Specs.Yaml;

/// <summary>Says what is wrong at a place where a parser of YAML could not go on: decided by the text there, not by the words of the parser.</summary>
internal static class YamlPlaces
{
    private const int MaxQuoted = 60;

    /// <param name="text">The whole text.</param>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1.</param>
    public static string Explain(string text, int line, int column)
    {
        var written = text.Split('\n').ElementAtOrDefault(line - 1)?.TrimEnd('\r') ?? "";
        var words = written.Trim();
        var at = column - 1 < written.Length ? written[column - 1] : '\0';
        if (written.FirstOrDefault(c => c != ' ' && c != '\t' && char.IsWhiteSpace(c)) is var odd and not '\0')
        {
            return $"the line has a white space that is no plain space (U+{(int)odd:X4}); type spaces instead";
        }

        if (at is '@' or '`' or '%' or '&' or '*' or '!')
        {
            return $"what begins with {at} must stand in quotes";
        }

        if (words.Length == 0)
        {
            return "the text ends too early here; a value or a key is missing";
        }

        var colon = Colon(words, 0);
        if (words == "-" || words.StartsWith("- ", StringComparison.Ordinal))
        {
            return "a list item (\"- \") stands where a key belongs; indent the items of a list below their key, and write keys without a dash";
        }

        if (colon < 0)
        {
            return words.IndexOf(':', StringComparison.Ordinal) is > 0 and var tight
                ? $"{Quote(words)} has no space after its colon; write {Quote($"{words[..tight]}: {words[(tight + 1)..]}")}"
                : $"{Quote(words)} is no \"key: value\"";
        }

        // Colons inside brackets and quotes are fine.
        if (words[(colon + 1)..].TrimStart() is not ['{' or '[' or '"' or '\'', ..] && Colon(words, colon + 1) > 0)
        {
            return $"{Quote(words)} has two colons; put a value that has a colon in it in quotes";
        }

        var indent = written.Length - written.TrimStart(' ').Length;
        return column - 1 <= indent || column - 1 == indent + colon
            ? $"{Quote(words)} does not fit here: its indentation of {indent} space{(indent == 1 ? "" : "s")} is not that of the keys beside it"
            : $"{Quote(words)} cannot be read as YAML from column {column} on; put the value in quotes";
    }

    private static int Colon(string words, int from)
    {
        for (var at = from; (at = words.IndexOf(':', at)) >= 0; at++)
        {
            if (at + 1 == words.Length || words[at + 1] is ' ' or '\t')
            {
                return at;
            }
        }

        return -1;
    }

    private static string Quote(string words) =>
        new SpecScalar(default, words.Length > MaxQuoted ? words[..(MaxQuoted - 3)] + "..." : words, isPlain: true).Quote();
}
