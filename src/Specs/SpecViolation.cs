namespace Sheaf.Specs;

/// <summary>
/// One mistake in a spec. <paramref name="Key"/> is dotted (list items by number, from 0) and empty for the whole text; <paramref name="Line"/> and
/// <paramref name="Column"/> are 1-based, or 0 where the value came from an override, which the message then names.
/// </summary>
public sealed record SpecViolation(string Key, int Line, int Column, string Message)
{
    public override string ToString()
    {
        var place = Line > 0 ? $"line {Line}, column {Column}: " : "";
        return Key.Length > 0 ? $"{place}{Key}: {Message}" : place + Message;
    }
}
