using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>Normal noise on every value.</summary>
internal sealed class Noise(AugmentationSpec.Noise spec) : Augmentation
{
    public override void Apply(Span<float> sample, KeyedRandom random)
    {
        for (var i = 0; i < sample.Length; i += 2)
        {
            var (one, other) = random.NextNormals();
            sample[i] += (float)(spec.Std * one);
            if (i + 1 < sample.Length)
            {
                sample[i + 1] += (float)(spec.Std * other);
            }
        }
    }
}
