namespace Sheaf.Specs;

/// <summary>What is computed beside the loss. Each metric stands, with its keys in a spec, in a file of its own; values are those of scikit-learn.</summary>
public abstract partial record MetricSpec
{
    /// <summary>As results show it: <c>accuracy</c>, <c>top_5_accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a larger value is a better one.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>Whether it can judge such predictions.</summary>
    public abstract bool Judges(PredictionKind predictions);

    /// <summary>Why it says nothing about so many classes, and what to do: what follows its name in a sentence. <c>null</c> where it does.</summary>
    public virtual string? Misfit(int classes) => null;
}
