using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>One chance change of a sample. Has no state between samples but scratch memory: used by one thread at a time.</summary>
internal abstract class Augmentation
{
    /// <param name="shape">Of a sample: [channels, height, width], or [columns].</param>
    /// <param name="range">What black and white are in each channel; null: nothing is known of them.</param>
    public static Augmentation Of(AugmentationSpec spec, IReadOnlyList<int> shape, IReadOnlyList<PixelRange>? range) => spec switch
    {
        AugmentationSpec.RandomCrop s => new RandomCrop(s, shape),
        AugmentationSpec.HorizontalFlip s => new HorizontalFlip(s, shape),
        AugmentationSpec.VerticalFlip s => new VerticalFlip(s, shape),
        AugmentationSpec.Noise s => new Noise(s),
        AugmentationSpec.Cutout s => new Cutout(s, shape),
        AugmentationSpec.Rotation s => new Rotation(s, shape),
        AugmentationSpec.ColourJitter s => new ColourJitter(s, shape, range),
        _ => throw new NotSupportedException($"augmentation: {spec.GetType().Name} cannot be built by this version."),
    };

    /// <param name="random">Of this sample at this step; what is drawn here is not drawn by the next one.</param>
    public abstract void Apply(Span<float> sample, KeyedRandom random);
}
