namespace Sheaf.Specs;

/// <summary>How pictures of other sizes get the size that the model is fed with.</summary>
public enum ImageFit
{
    /// <summary>Resized to it, whatever the proportions.</summary>
    Stretch,

    /// <summary>Resized until both sides are at least as long, then cut evenly on both sides.</summary>
    Crop,

    /// <summary>A picture of another size is a mistake.</summary>
    Exact,
}
