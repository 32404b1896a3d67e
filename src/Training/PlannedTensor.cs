namespace Sheaf.Training;

/// <summary>One float tensor of a model, by its PyTorch name.</summary>
public sealed record PlannedTensor(string Name, IReadOnlyList<int> Shape)
{
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The places that it takes in a flat buffer, so that each tensor begins at a multiple of 64 bytes.</summary>
    public static long Padded(long count) => (count + 15) / 16 * 16;
}
