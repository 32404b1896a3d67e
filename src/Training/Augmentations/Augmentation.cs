using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>One chance change of a sample. Has no state between samples but scratch memory: used by one thread at a time.</summary>
internal abstract class Augmentation
{
    /// <param name="shape">Of a sample: [channels, height, width], or [columns].</param>
    public static Augmentation Of(AugmentationSpec spec, IReadOnlyList<int> shape) => spec switch
    {
        AugmentationSpec.RandomCrop s => new RandomCrop(s, shape),
        AugmentationSpec.HorizontalFlip s => new HorizontalFlip(s, shape),
        AugmentationSpec.VerticalFlip s => new VerticalFlip(s, shape),
        AugmentationSpec.Noise s => new Noise(s),
        AugmentationSpec.Cutout s => new Cutout(s, shape),
        _ => throw new NotSupportedException($"augmentation: {spec.GetType().Name} cannot be built by this version."),
    };

    /// <param name="random">Of this sample at this step; what is drawn here is not drawn by the next one.</param>
    public abstract void Apply(Span<float> sample, KeyedRandom random);
}
