namespace Sheaf.Specs;

/// <summary>
/// A chance change of training rows, after the transforms: drawn anew for each sample at each step, from seed, step and sample alone. Each stands, with its
/// keys in a spec, in a file of its own.
/// </summary>
public abstract partial record AugmentationSpec
{
    /// <summary>Whether rows must be images.</summary>
    public virtual bool NeedsImages => true;
}
