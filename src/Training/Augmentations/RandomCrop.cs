using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>Moves an image by up to the padding in both directions; what comes in from outside is zero.</summary>
internal sealed class RandomCrop(AugmentationSpec.RandomCrop spec, IReadOnlyList<int> shape) : Augmentation
{
    private readonly float[] _plane = new float[shape[1] * shape[2]];

    public override void Apply(Span<float> sample, KeyedRandom random)
    {
        var down = random.NextInt((2 * spec.Padding) + 1) - spec.Padding;
        var right = random.NextInt((2 * spec.Padding) + 1) - spec.Padding;
        var (height, width) = (shape[1], shape[2]);
        var wide = Math.Max(0, width - Math.Abs(right));
        for (var plane = 0; plane < shape[0]; plane++)
        {
            var pixels = sample.Slice(plane * _plane.Length, _plane.Length);
            pixels.CopyTo(_plane);
            pixels.Clear();
            for (var row = Math.Max(0, down); wide > 0 && row < Math.Min(height, height + down); row++)
            {
                _plane.AsSpan(((row - down) * width) + Math.Max(0, -right), wide).CopyTo(pixels[((row * width) + Math.Max(0, right))..]);
            }
        }
    }
}
