using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>Left becomes right.</summary>
internal sealed class HorizontalFlip(AugmentationSpec.HorizontalFlip spec, IReadOnlyList<int> shape) : Augmentation
{
    public override void Apply(Span<float> sample, KeyedRandom random)
    {
        if (random.NextSingle() >= spec.Probability)
        {
            return;
        }

        for (var row = 0; row < shape[0] * shape[1]; row++)
        {
            sample.Slice(row * shape[2], shape[2]).Reverse();
        }
    }
}
