using Sheaf.Specs;
using SkiaSharp;

namespace Sheaf.Training.Data;

/// <summary>Decodes one picture to planes of bytes.</summary>
internal static class Picture
{
    /// <summary>Pixels of a side; a crafted file can claim any size, and would get the memory for it.</summary>
    private const int LargestSide = 16_384;

    /// <param name="encoded">The whole file.</param>
    /// <param name="spec">The size that it gets, and how.</param>
    /// <param name="planes">[channels, height, width].</param>
    /// <returns>Null, or what is wrong, in words that follow the file's name.</returns>
    public static string? Decode(byte[] encoded, SourceSpec.ImageFolder spec, Span<byte> planes)
    {
        using var data = SKData.CreateCopy(encoded);
        using var codec = SKCodec.Create(data);
        if (codec is null)
        {
            return "is no picture that can be decoded; allowed: PNG, JPEG, BMP, WebP, GIF.";
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > LargestSide || height > LargestSide)
        {
            return $"has {width} x {height} pixels; at most {LargestSide} a side are decoded.";
        }

        if (spec.Fit == ImageFit.Exact && (width, height) != (spec.Width, spec.Height))
        {
            return $"has {width} x {height} pixels, not {spec.Width} x {spec.Height}; say fit: stretch or fit: crop.";
        }

        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            return result == SKCodecResult.IncompleteInput ? "is cut short: the picture does not end." : $"is damaged ({result}).";
        }

        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && JpegCheck.Problem(encoded) is { } damage)
        {
            return damage;
        }

        using var fitted = Fitted(bitmap, spec);
        Split(Pixels(fitted), planes, spec.Channels);
        return null;
    }

    private static SKBitmap Fitted(SKBitmap picture, SourceSpec.ImageFolder spec)
    {
        var scale = spec.Fit == ImageFit.Crop ? Math.Max((double)spec.Width / picture.Width, (double)spec.Height / picture.Height) : 0;
        var (width, height) = spec.Fit == ImageFit.Crop
            ? (Math.Max(spec.Width, (int)Math.Round(scale * picture.Width)), Math.Max(spec.Height, (int)Math.Round(scale * picture.Height)))
            : (spec.Width, spec.Height);
        using var resized = Resized(picture, width, height);
        var cut = new SKBitmap(resized.Info.WithSize(spec.Width, spec.Height));
        var (left, top) = ((width - spec.Width) / 2, (height - spec.Height) / 2);
        var from = Pixels(resized);
        var to = Pixels(cut);
        for (var row = 0; row < spec.Height; row++)
        {
            from.Slice(((top + row) * width) + left, spec.Width).CopyTo(to[(row * spec.Width)..]);
        }

        return cut;
    }

    private static SKBitmap Resized(SKBitmap picture, int width, int height)
    {
        if ((picture.Width, picture.Height) == (width, height))
        {
            return picture.Copy();
        }

        // Smaller pictures are made of ever halved ones, so that no pixel is left out.
        var sampling = new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        return picture.Resize(picture.Info.WithSize(width, height), sampling);
    }

    private static unsafe Span<uint> Pixels(SKBitmap bitmap) => new((void*)bitmap.GetPixels(), bitmap.Width * bitmap.Height);

    private static void Split(ReadOnlySpan<uint> pixels, Span<byte> planes, int channels)
    {
        for (var place = 0; place < pixels.Length; place++)
        {
            var pixel = pixels[place];
            var (red, green, blue) = (pixel & 0xFF, (pixel >> 8) & 0xFF, (pixel >> 16) & 0xFF);
            if (channels == 1)
            {
                // Pillow's weights (ITU-R 601-2) in fixed point.
                planes[place] = (byte)(((red * 19_595) + (green * 38_470) + (blue * 7_471) + 0x8000) >> 16);
                continue;
            }

            (planes[place], planes[pixels.Length + place], planes[(2 * pixels.Length) + place]) = ((byte)red, (byte)green, (byte)blue);
        }
    }
}
