namespace Sheaf.Specs;

/// <summary>How a metric of each class becomes one number.</summary>
public enum Averaging
{
    /// <summary>The mean over the classes that occur, in targets or predictions.</summary>
    Macro,

    /// <summary>The mean weighted by how often each class is a target.</summary>
    Weighted,

    /// <summary>Class 1 alone, of two classes.</summary>
    Binary,
}
