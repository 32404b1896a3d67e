namespace Sheaf.Specs;

/// <summary>Which of the training rows a share of them is.</summary>
public enum ValidationTake
{
    /// <summary>Drawn once with the experiment's seed.</summary>
    Random,

    /// <summary>The last ones.</summary>
    Last,

    /// <summary>The share of every class, drawn once with the experiment's seed.</summary>
    Stratified,
}
