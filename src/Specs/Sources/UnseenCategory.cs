namespace Sheaf.Specs;

/// <summary>What a category is that no training row has.</summary>
public enum UnseenCategory
{
    Refuse,
    Zeros,
}
