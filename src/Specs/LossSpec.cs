using Sheaf.Specs.Sections;

namespace Sheaf.Specs;

/// <summary>
/// The loss of one sample; a step minimises its mean over the batch. Names and defaults are PyTorch's; each loss stands, with its keys in a spec and what it
/// asks of model and data, in a file of its own.
/// </summary>
public abstract partial record LossSpec
{
    /// <summary>As a spec spells it.</summary>
    public string Name => LossSection.Type.Show(this)!;

    public abstract PredictionKind Predicts { get; }

    /// <summary>Targets are classes 0..n-1, and there is an output for each.</summary>
    public bool WantsClasses => Predicts == PredictionKind.Class;

    /// <summary>A weight for each class, above 0; <c>null</c>: all count the same.</summary>
    public virtual IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>Names of the layers that a model may end with; empty: any.</summary>
    public virtual IReadOnlyList<string> LastLayers => [];

    /// <summary>What <see cref="LastLayers"/> are good for, for messages: "log-probabilities".</summary>
    public virtual string Outputs => "";

    /// <summary>Outputs of a model for each target, where the targets are no classes.</summary>
    public virtual int OutputsPerTarget => 1;

    /// <summary>Fewer targets in a row make no sense.</summary>
    public virtual int MinTargets => 1;

    /// <summary>No target may be below it.</summary>
    public virtual double SmallestTarget => double.NegativeInfinity;

    /// <summary>No target may be above it.</summary>
    public virtual double LargestTarget => double.PositiveInfinity;
}
