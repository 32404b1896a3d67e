namespace Sheaf.Specs;

/// <summary>How a file's bytes are characters.</summary>
public enum CsvEncoding
{
    Utf8,
    Latin1,
    Windows1252,
}
