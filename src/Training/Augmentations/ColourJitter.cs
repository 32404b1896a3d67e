using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>
/// Brightness, contrast and saturation of an image. The transforms have scaled its pixels, so that black is some number and white another: factors are of the
/// distance from black, and nothing goes beyond the two. Where they are not known, 0 is black and nothing is cut off.
/// </summary>
internal sealed class ColourJitter(AugmentationSpec.ColourJitter spec, IReadOnlyList<int> shape, IReadOnlyList<PixelRange>? range) : Augmentation
{
    /// <summary>ITU-R 601-2, as Pillow and torchvision have it.</summary>
    private static readonly float[] Weights = [0.299f, 0.587f, 0.114f];

    private readonly int _area = shape[1] * shape[2];
    private readonly float[] _grey = new float[shape[1] * shape[2]];

    public override void Apply(Span<float> sample, KeyedRandom random)
    {
        // All three are drawn, whatever the spec leaves as it is.
        var (brightness, contrast, saturation) = (Factor(spec.Brightness, random), Factor(spec.Contrast, random), Factor(spec.Saturation, random));
        Change(sample, brightness, contrast, saturation);
    }

    internal void Change(Span<float> sample, float brightness, float contrast, float saturation)
    {
        ToUnits(sample);
        if (brightness != 1)
        {
            Array.Clear(_grey);
            Blend(sample, brightness);
        }

        if (contrast != 1)
        {
            Grey(sample);
            var mean = 0.0;
            foreach (var each in _grey)
            {
                mean += each;
            }

            Array.Fill(_grey, (float)(mean / _area));
            Blend(sample, contrast);
        }

        if (saturation != 1 && shape[0] > 1)
        {
            Grey(sample);
            Blend(sample, saturation);
        }

        FromUnits(sample);
    }

    private static float Factor(double width, KeyedRandom random)
    {
        var (low, high) = (Math.Max(0, 1 - width), 1 + width);
        return (float)(low + ((high - low) * random.NextSingle()));
    }

    /// <summary>Black becomes 0 and white 1.</summary>
    private void ToUnits(Span<float> sample)
    {
        for (var place = 0; range is not null && place < sample.Length; place++)
        {
            var (black, white) = range[place / _area];
            sample[place] = (sample[place] - black) / (white - black);
        }
    }

    private void FromUnits(Span<float> sample)
    {
        for (var place = 0; range is not null && place < sample.Length; place++)
        {
            var (black, white) = range[place / _area];
            sample[place] = (sample[place] * (white - black)) + black;
        }
    }

    private void Grey(ReadOnlySpan<float> sample)
    {
        Array.Clear(_grey);
        for (var channel = 0; channel < shape[0]; channel++)
        {
            var weight = shape[0] == Weights.Length ? Weights[channel] : 1f / shape[0];
            for (var place = 0; place < _area; place++)
            {
                _grey[place] += weight * sample[(channel * _area) + place];
            }
        }
    }

    /// <summary>The factor's share of the image, and the rest of the grey one.</summary>
    private void Blend(Span<float> sample, float factor)
    {
        for (var place = 0; place < sample.Length; place++)
        {
            var blended = (factor * sample[place]) + ((1 - factor) * _grey[place % _area]);
            sample[place] = range is null ? blended : Math.Clamp(blended, 0, 1);
        }
    }
}
