namespace Sheaf.Specs;

/// <summary>A deterministic map of the features. Those of whole images come before those of values.</summary>
public abstract record TransformSpec
{
    /// <summary>x * factor.</summary>
    public sealed record Scale(double Factor) : TransformSpec;

    /// <summary>
    /// (x - mean) / std, by channel (images) or by column (vectors); one value serves all. Where both are empty, they are those of the training rows after the
    /// transforms before this one.
    /// </summary>
    /// <param name="Correction">The variance of n training rows is divided by n minus this: 0, or 1 for the sample's. As torch.std has it.</param>
    public sealed record Normalize(IReadOnlyList<double> Mean, IReadOnlyList<double> Std, int Correction = 0) : TransformSpec
    {
        public bool IsLearned => Mean.Count == 0;
    }

    /// <summary>Zeros around every image, this many on each side, as torchvision.transforms.Pad.</summary>
    public sealed record Pad(int By) : TransformSpec;

    /// <summary>Every image of one channel becomes one of <paramref name="Count"/> equal ones: grey as red, green and blue.</summary>
    public sealed record RepeatChannels(int Count) : TransformSpec;

    /// <summary>Whether it changes images as bytes, not values.</summary>
    public bool IsOfImages => this is Pad or RepeatChannels;
}
