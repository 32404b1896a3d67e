namespace Sheaf.Specs;

/// <summary>What a character is that no training row has.</summary>
public enum UnseenCharacter
{
    Refuse,

    /// <summary>One more character, the last of the vocabulary, stands for all of them.</summary>
    Replace,
}
