namespace Sheaf.Specs;

/// <summary>The character from which on a line is ignored, outside quotes.</summary>
public enum CsvComment
{
    None,
    Hash,
    Tab,
    Percent,
}
