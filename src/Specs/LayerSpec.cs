using Sheaf.Specs.Layers;
using Sheaf.Specs.Sections;

namespace Sheaf.Specs;

/// <summary>
/// One layer. Names and defaults are PyTorch's; input sizes are inferred from what comes before. Each layer stands, with its keys in a spec and what it makes
/// of a sample's shape, in a file of its own.
/// </summary>
public abstract partial record LayerSpec
{
    /// <summary>As a spec spells it.</summary>
    public virtual string Name => LayerSection.Type.Show(this)!;

    /// <summary>How a network draws its weights, where the spec does not say it; <c>null</c>: as PyTorch's module.</summary>
    public InitialisationSpec? OwnInitialisation { get; init; }

    /// <summary>Whether it has weights that are drawn and trained; what only scales or shifts does not count.</summary>
    public virtual bool HasWeights => false;

    /// <summary>What a sample must be like; <c>null</c>: anything.</summary>
    public virtual SampleShape? Takes => null;

    /// <summary>Whether what takes vectors takes sequences [length, width] as well, and does the same at each of their places.</summary>
    public virtual bool WorksByPlace => false;

    /// <summary>What a sample is like afterwards; <c>null</c>: as before.</summary>
    public virtual SampleShape? Makes => null;

    /// <summary>The ways through it, where it is made of other layers.</summary>
    public virtual IReadOnlyList<LayerPath> Inside => [];

    /// <summary>What it makes of a sample of this shape, or why it cannot.</summary>
    public abstract LayerPlan Plan(IReadOnlyList<int> input);
}
