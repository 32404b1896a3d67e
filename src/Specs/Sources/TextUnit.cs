namespace Sheaf.Specs;

/// <summary>What one integer of a row of text stands for.</summary>
public enum TextUnit
{
    /// <summary>A character of the vocabulary, a code point of Unicode each.</summary>
    Character,

    /// <summary>A byte, 0 to 255, whatever the encoding.</summary>
    Byte,
}
