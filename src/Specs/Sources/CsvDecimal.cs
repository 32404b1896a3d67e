namespace Sheaf.Specs;

/// <summary>What separates a number's whole part from its fraction.</summary>
public enum CsvDecimal
{
    Point,
    Comma,
}
