using System.Text;
using Sheaf.Client.Terminal;
using Sheaf.Specs.Summaries;
using Sheaf.Surroundings;

namespace Sheaf.Client.Describing;

/// <summary>
/// Pictures as characters, as many beside each other as fit: half blocks, whose upper and lower half are a pixel each, where there are colours; else darker
/// and lighter letters. Pictures that are too large are made of the means of their pixels. Pure.
/// </summary>
internal static class TerminalPictures
{
    private const int LargestSide = 32;
    private const string Shades = " .:-=+*#%@";

    public static void Write(TextWriter output, IReadOnlyList<RowPicture> pictures, int columns, Ink ink)
    {
        if (pictures.Count == 0)
        {
            return;
        }

        var small = pictures.Select(Shrunk).ToList();
        var cell = Math.Max(small[0].Width * (ink.On ? 1 : 2), 12);
        foreach (var group in small.Chunk(Math.Max(1, columns / (cell + 2))))
        {
            output.WriteLine();
            output.WriteLine(string.Join("  ", group.Select(picture => Printable.Short($"{picture.Id}: {picture.Target}", cell).PadRight(cell))).TrimEnd());
            for (var line = 0; line < group[0].Height; line += 2)
            {
                output.WriteLine(string.Join("  ", group.Select(picture => Line(picture, line, cell, ink))).TrimEnd());
            }
        }
    }

    private static string Line(RowPicture picture, int line, int cell, Ink ink)
    {
        var text = new StringBuilder();
        for (var x = 0; x < picture.Width; x++)
        {
            var (upper, lower) = (At(picture, line, x), line + 1 < picture.Height ? At(picture, line + 1, x) : default);
            if (ink.On)
            {
                text.Append($"\e[38;2;{upper.Red};{upper.Green};{upper.Blue}m\e[48;2;{lower.Red};{lower.Green};{lower.Blue}m▀");
                continue;
            }

            var light = (Grey(upper) + Grey(lower)) / 2;
            text.Append(Shades[light * (Shades.Length - 1) / byte.MaxValue], 2);
        }

        return text.Append(ink.On ? "\e[0m" : "").Append(' ', Math.Max(0, cell - (picture.Width * (ink.On ? 1 : 2)))).ToString();
    }

    private static int Grey((byte Red, byte Green, byte Blue) pixel) => ((299 * pixel.Red) + (587 * pixel.Green) + (114 * pixel.Blue)) / 1000;

    private static (byte Red, byte Green, byte Blue) At(RowPicture picture, int y, int x)
    {
        var (area, place) = (picture.Height * picture.Width, (y * picture.Width) + x);
        return picture.Channels == 1
            ? (picture.Pixels[place], picture.Pixels[place], picture.Pixels[place])
            : (picture.Pixels[place], picture.Pixels[area + place], picture.Pixels[(2 * area) + place]);
    }

    private static RowPicture Shrunk(RowPicture picture)
    {
        var by = (Math.Max(picture.Height, picture.Width) + LargestSide - 1) / LargestSide;
        if (by == 1)
        {
            return picture;
        }

        var (height, width) = ((picture.Height + by - 1) / by, (picture.Width + by - 1) / by);
        var pixels = new byte[picture.Channels * height * width];
        for (var place = 0; place < pixels.Length; place++)
        {
            var (channel, y, x) = (place / (height * width), place / width % height * by, place % width * by);
            var (sum, count) = (0, 0);
            for (var row = y; row < Math.Min(y + by, picture.Height); row++)
            {
                for (var column = x; column < Math.Min(x + by, picture.Width); column++)
                {
                    sum += picture.Pixels[(((channel * picture.Height) + row) * picture.Width) + column];
                    count++;
                }
            }

            pixels[place] = (byte)(sum / count);
        }

        return picture with { Height = height, Width = width, Pixels = pixels };
    }
}
