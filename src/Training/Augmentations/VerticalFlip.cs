using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>Top becomes bottom.</summary>
internal sealed class VerticalFlip(AugmentationSpec.VerticalFlip spec, IReadOnlyList<int> shape) : Augmentation
{
    private readonly float[] _row = new float[shape[2]];

    public override void Apply(Span<float> sample, KeyedRandom random)
    {
        if (random.NextSingle() >= spec.Probability)
        {
            return;
        }

        var (height, width) = (shape[1], shape[2]);
        for (var plane = 0; plane < shape[0]; plane++)
        {
            for (var row = 0; row < height / 2; row++)
            {
                var upper = sample.Slice(((plane * height) + row) * width, width);
                var lower = sample.Slice(((plane * height) + height - 1 - row) * width, width);
                upper.CopyTo(_row);
                lower.CopyTo(upper);
                _row.CopyTo(lower);
            }
        }
    }
}
