namespace Sheaf.Specs;

/// <summary>How many dimensions a sample has.</summary>
public enum SampleShape
{
    /// <summary>[columns].</summary>
    Vector = 1,

    /// <summary>[channels, length] of a convolution, [length, width] of what reads place by place.</summary>
    Sequence = 2,

    /// <summary>[channels, height, width].</summary>
    Image = 3,
}
