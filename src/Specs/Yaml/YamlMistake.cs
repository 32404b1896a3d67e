namespace Sheaf.Specs.Yaml;

/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Offset">In the whole text, from 0.</param>
/// <param name="Text">The character there; empty at the text's end.</param>
internal readonly record struct YamlPlace(int Line, int Column, int Offset, string Text);

/// <param name="Place">Where it is.</param>
/// <param name="Message">{0} in it stands for the character and its place in words.</param>
internal sealed record YamlMistake(YamlPlace Place, string Message)
{
    /// <param name="inOverride">The text is the value of an override, which has no lines.</param>
    public string Sentence(bool inOverride) => Message.Replace(
        "{0}",
        inOverride ? $"the {Place.Text} at character {Place.Offset + 1} of the value" : $"the {Place.Text} of line {Place.Line}, column {Place.Column}",
        StringComparison.Ordinal);
}
