namespace Sheaf.Specs;

/// <summary>What stands between two cells of a table.</summary>
public enum CsvDelimiter
{
    Comma,
    Semicolon,
    Tab,

    /// <summary>Any number of spaces and tabs; those at the ends of a line separate nothing.</summary>
    Space,
    Pipe,
}
