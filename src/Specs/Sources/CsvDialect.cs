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

/// <summary>The character from which on a line is ignored, outside quotes.</summary>
public enum CsvComment
{
    None,
    Hash,
    Tab,
    Percent,
}

/// <summary>What separates a number's whole part from its fraction.</summary>
public enum CsvDecimal
{
    Point,
    Comma,
}

/// <summary>How a file's bytes are characters.</summary>
public enum CsvEncoding
{
    Utf8,
    Latin1,
    Windows1252,
}

/// <summary>What a category is that no training row has.</summary>
public enum UnseenCategory
{
    Refuse,
    Zeros,
}
