namespace Sheaf.Specs;

/// <summary>What is predicted from a row of text.</summary>
public enum TextTarget
{
    /// <summary>After each place of the row the character that follows it: a loss of every place.</summary>
    Each,

    /// <summary>The one character that follows the row.</summary>
    Next,
}
