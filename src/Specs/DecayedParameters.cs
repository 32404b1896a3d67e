namespace Sheaf.Specs;

/// <summary>Which parameters weight decay makes smaller.</summary>
public enum DecayedParameters
{
    /// <summary>All, as in PyTorch.</summary>
    All,

    /// <summary>Those of two or more dimensions: biases, and scales and shifts of norms, are spared.</summary>
    Weights,
}
