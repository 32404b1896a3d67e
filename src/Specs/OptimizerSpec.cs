namespace Sheaf.Specs;

/// <summary>How a gradient becomes an update. Names and defaults are PyTorch's; each optimizer stands, with its keys in a spec, in a file of its
/// own.</summary>
public abstract partial record OptimizerSpec
{
    public abstract double LearningRate { get; init; }

    /// <summary>0 where it has none.</summary>
    public virtual double WeightDecay
    {
        get => 0;
        init
        {
        }
    }

    /// <summary>How many numbers it keeps beside each weight.</summary>
    public abstract int StatesPerWeight { get; }
}
