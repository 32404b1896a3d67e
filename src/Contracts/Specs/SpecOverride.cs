namespace Sheaf.Contracts.Specs;

/// <summary>
/// <c>--set optimizer.sgd.learning_rate=0.1</c>: a dotted key (list items by number, from 0) and a value written as in the spec (YAML). It replaces what
/// the spec says there, or adds it. Several apply in order.
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

        var key = text[..equals].Trim();
        if (key.Length == 0 || key.Split('.').Any(string.IsNullOrWhiteSpace))
        {
            throw new FormatException($"\"{key}\" is not a dotted key; write KEY=VALUE, for example model.layers.2.linear=20");
        }

        return new SpecOverride(key, text[(equals + 1)..].Trim());
    }

    public override string ToString() => $"{Key}={Value}";
}
