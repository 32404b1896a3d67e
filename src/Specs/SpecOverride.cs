namespace Sheaf.Specs;

/// <summary>
/// <c>--set optimizer.sgd.learning_rate=0.1</c>: a dotted key (list items by number, from 0) and a value: YAML where it begins with a bracket or a
/// quote, otherwise the text as it is written. It replaces what the spec says there, or adds it. Several apply in order.
/// </summary>
public sealed record SpecOverride(string Key, string Value)
{
    /// <exception cref="FormatException">There is no key, or no <c>=</c>; the message says how to write it.</exception>
    public static SpecOverride Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            throw new FormatException($"\"{text}\" has no \"=\"; write KEY=VALUE, for example optimizer.sgd.learning_rate=0.1");
        }

        var key = Trim(text[..equals]);
        if (key.Length == 0 || key.Split('.').Any(string.IsNullOrWhiteSpace))
        {
            throw new FormatException($"\"{key}\" is not a dotted key; write KEY=VALUE, for example model.layers.2.linear=20");
        }

        return new SpecOverride(key, Trim(text[(equals + 1)..]));
    }

    /// <summary>What a shell or a copied line leaves around a text; no other white space, which may belong to a name.</summary>
    private static string Trim(string text) => text.Trim(' ', '\t', '\r', '\n');

    public override string ToString() => $"{Key}={Value}";
}
