using Sheaf.Specs.Summaries;
using SkiaSharp;

namespace Sheaf.Training.Data;

/// <summary>Writes planes of bytes as PNG.</summary>
public static class PngPicture
{
    private const int Gap = 2;

    /// <param name="planes">[channels, height, width].</param>
    /// <param name="channels">1 for grey, 3 for colours.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="largest">Pixels of a side; a larger picture is made smaller.</param>
    public static byte[] Of(ReadOnlySpan<byte> planes, int channels, int height, int width, int largest = int.MaxValue)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Paint(bitmap, planes, channels, (height, width), (0, 0));
        var scale = (double)largest / Math.Max(height, width);
        if (scale >= 1)
        {
            return Encode(bitmap);
        }

        var size = bitmap.Info.WithSize(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
        using var small = bitmap.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return Encode(small);
    }

    /// <summary>All pictures in one, row after row, about as wide as it is high.</summary>
    /// <param name="pictures">At least one; all of one size.</param>
    public static byte[] SheetOf(IReadOnlyList<RowPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var (height, width) = (pictures[0].Height + Gap, pictures[0].Width + Gap);
        var across = (int)Math.Ceiling(Math.Sqrt(pictures.Count * (double)height / width));
        var down = (pictures.Count + across - 1) / across;
        using var bitmap = new SKBitmap(new SKImageInfo((across * width) + Gap, (down * height) + Gap, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.White);
        foreach (var (place, picture) in pictures.Index())
        {
            var at = (Gap + (place / across * height), Gap + (place % across * width));
            Paint(bitmap, picture.Pixels, picture.Channels, (picture.Height, picture.Width), at);
        }

        return Encode(bitmap);
    }

    private static void Paint(SKBitmap bitmap, ReadOnlySpan<byte> planes, int channels, (int Height, int Width) size, (int Top, int Left) at)
    {
        var area = size.Height * size.Width;
        for (var place = 0; place < area; place++)
        {
            var colour = channels == 1
                ? new SKColor(planes[place], planes[place], planes[place])
                : new SKColor(planes[place], planes[area + place], planes[(2 * area) + place]);
            bitmap.SetPixel(at.Left + (place % size.Width), at.Top + (place / size.Width), colour);
        }
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }
}
