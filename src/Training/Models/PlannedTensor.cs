namespace Sheaf.Training.Models;

/// <summary>One float tensor of a model, by its PyTorch name.</summary>
public sealed record PlannedTensor(string Name, IReadOnlyList<int> Shape)
{
    public int Count => Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>The places that it takes in a flat buffer, so that each tensor begins at a multiple of 64 bytes.</summary>
    public static int Padded(int count) => (count + 15) / 16 * 16;
}
