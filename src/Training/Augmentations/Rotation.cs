using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>Turns an image about its centre; each pixel is made of the four that it comes from, those outside being zero.</summary>
internal sealed class Rotation(AugmentationSpec.Rotation spec, IReadOnlyList<int> shape) : Augmentation
{
    private readonly float[] _plane = new float[shape[1] * shape[2]];

    public override void Apply(Span<float> sample, KeyedRandom random) => Turn(sample, ((2.0 * random.NextSingle()) - 1) * spec.Degrees);

    /// <param name="degrees">Counter-clockwise.</param>
    internal void Turn(Span<float> sample, double degrees)
    {
        var (height, width) = (shape[1], shape[2]);
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var (middleX, middleY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        for (var plane = 0; plane < shape[0]; plane++)
        {
            var pixels = sample.Slice(plane * _plane.Length, _plane.Length);
            pixels.CopyTo(_plane);
            for (var row = 0; row < height; row++)
            {
                for (var column = 0; column < width; column++)
                {
                    var (x, y) = (column - middleX, row - middleY);
                    pixels[(row * width) + column] = At((x * cosine) - (y * sine) + middleX, (x * sine) + (y * cosine) + middleY);
                }
            }
        }
    }

    private float At(double x, double y)
    {
        var (left, top) = (Math.Floor(x), Math.Floor(y));
        var (right, down) = (x - left, y - top);
        var (column, row) = ((int)left, (int)top);
        return (float)(((1 - down) * (((1 - right) * Pixel(row, column)) + (right * Pixel(row, column + 1))))
            + (down * (((1 - right) * Pixel(row + 1, column)) + (right * Pixel(row + 1, column + 1)))));
    }

    private float Pixel(int row, int column) =>
        (uint)row < (uint)shape[1] && (uint)column < (uint)shape[2] ? _plane[(row * shape[2]) + column] : 0;
}
