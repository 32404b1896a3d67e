namespace Sheaf.Specs.Layers;

/// <summary>What becomes of the results of several branches.</summary>
public enum Joining
{
    /// <summary>They are added; all have the same shape.</summary>
    Sum,

    /// <summary>They are put behind each other along the first dimension of a sample: the channels of images, the columns of vectors.</summary>
    Concatenate,
}
