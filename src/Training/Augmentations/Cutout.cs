using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>A square of zeros around any pixel, in all channels.</summary>
internal sealed class Cutout(AugmentationSpec.Cutout spec, IReadOnlyList<int> shape) : Augmentation
{
    public override void Apply(Span<float> sample, KeyedRandom random)
    {
        var (height, width) = (shape[1], shape[2]);
        var (top, left) = (random.NextInt(height) - (spec.Size / 2), random.NextInt(width) - (spec.Size / 2));
        var (first, last) = (Math.Max(0, left), Math.Min(width, left + spec.Size));
        for (var plane = 0; plane < shape[0]; plane++)
        {
            for (var row = Math.Max(0, top); row < Math.Min(height, top + spec.Size); row++)
            {
                sample.Slice((((plane * height) + row) * width) + first, last - first).Clear();
            }
        }
    }
}
