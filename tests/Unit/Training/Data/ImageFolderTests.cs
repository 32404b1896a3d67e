using SkiaSharp;
using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-pictures-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_EnsureClassesAndRowsAreInTheOrderOfTheirNames()
    {
        Draw("dog/b.png", 4, 4, SKColors.Red);
        Draw("dog/a.png", 4, 4, SKColors.Lime);
        Draw("cat/z.png", 4, 4, SKColors.Blue);
        Draw("cat/.hidden.png", 4, 4, SKColors.White);
        var rows = Load().Train;
        Assert.Equal(["cat", "dog"], Load().Facts.ClassNames);
        Assert.Equal([3, 4, 4], rows.Shape);
        var labels = new long[3];
        rows.GatherClasses([0, 1, 2], labels);
        Assert.Equal([0L, 1, 1], labels);
        Assert.Equal([(0f, 0f, 255f), (0f, 255f, 0f), (255f, 0f, 0f)], Enumerable.Range(0, 3).Select(row => Colour(rows, row)));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Load_EnsureAPictureKeepsItsColourInEachFormat(SKEncodedImageFormat format)
    {
        Draw("a/1", 16, 16, new SKColor(200, 100, 50), format);
        Draw("b/1", 16, 16, SKColors.Black, format);
        var (red, green, blue) = Colour(Load(16).Train, 0);
        Assert.InRange(red, 195, 205);
        Assert.InRange(green, 95, 105);
        Assert.InRange(blue, 45, 55);
    }

    [Fact]
    public void Load_EnsureGreyIsPillows()
    {
        Draw("a/1.png", 4, 4, new SKColor(200, 100, 50));
        Draw("b/1.png", 4, 4, SKColors.White);
        var rows = Load(channels: 1).Train;
        var values = new float[2 * 16];
        rows.Gather([0, 1], values);
        // (200 * 19595 + 100 * 38470 + 50 * 7471 + 32768) >> 16.
        Assert.Equal((124f, 255f), (values[0], values[16]));
    }

    [Fact]
    public void Load_EnsurePicturesAreResizedOrCutOrRefused()
    {
        // Left half black, right half white: a crop to the middle sees both, and so does a stretch.
        Halves("a/1.png", 32, 8);
        Halves("b/1.png", 8, 8);
        foreach (var fit in new[] { ImageFit.Stretch, ImageFit.Crop })
        {
            var rows = Load(8, fit: fit).Train;
            var values = new float[3 * 64];
            rows.Gather([0], values);
            Assert.Equal((0f, 255f), (values[0], values[7]));
        }

        Assert.Contains(Problems(() => Load(8, fit: ImageFit.Exact)), problem => problem.Contains("1.png' has 32 x 8 pixels, not 8 x 8; say fit: stretch",
            StringComparison.Ordinal));
    }

    [Fact]
    public void Load_EnsureEveryDamagedPictureIsNamed()
    {
        for (var i = 0; i < 5; i++)
        {
            Noise($"a/{i}.jpg");
            Noise($"b/{i}.png");
        }

        Cut("a/1.jpg");
        Cut("b/2.png");
        Flip("b/3.png");
        File.WriteAllText(Path.Combine(_folder, "a", "4.jpg"), "this is no picture");
        File.WriteAllText(Path.Combine(_folder, "b", "notes.txt"), "nor is this");
        Assert.Contains("notes.txt' is no picture by its name", Assert.Single(Problems(() => Load())), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder, "b", "notes.txt"));
        var problems = Problems(() => Load());
        Assert.Equal(4, problems.Count);
        Assert.Contains(problems, problem => problem.Contains("a/1.jpg' is cut short", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("a/4.jpg' is no picture that can be decoded", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("b/2.png'", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("b/3.png'", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_EnsureAChangedPictureIsNotTheOneOfTheSubmission()
    {
        Draw("a/1.png", 4, 4, SKColors.Red);
        Draw("b/1.png", 4, 4, SKColors.Lime);
        var recorded = Load().Facts;
        Draw("b/1.png", 4, 4, SKColors.Blue);
        Assert.Contains(Problems(() => Load(recorded: recorded)), problem => problem.Contains("is not the file that was recorded", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_EnsureAPictureThatWouldNotBeUsedIsSaid()
    {
        Draw("a/1.png", 4, 4, SKColors.Red);
        Draw("b/1.png", 4, 4, SKColors.Lime);
        Draw("b/deeper/2.png", 4, 4, SKColors.Lime);
        Draw("3.png", 4, 4, SKColors.Lime);

        var problems = Problems(() => Load());

        Assert.Equal(2, problems.Count);
        Assert.Contains("3.png' is in the folder of no class; put it into one.", problems[0], StringComparison.Ordinal);
        Assert.Contains("b/deeper' is a folder in that of a class; put its pictures into", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EnsureFoldersWithoutClassesAreRefused()
    {
        Assert.Contains("has 0 folders", Assert.Single(Problems(() => Load())), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        Assert.Contains("has no picture", Assert.Single(Problems(() => Load())), StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Single(Problems(() => Load(path: Path.Combine(_folder, "none")))), StringComparison.Ordinal);
    }

    private static (float Red, float Green, float Blue) Colour(RowSet rows, int row)
    {
        var values = new float[rows.Width];
        rows.Gather([row], values);
        var area = rows.Width / 3;
        return (values[0], values[area], values[2 * area]);
    }

    private static IReadOnlyList<string> Problems(Action load) => Assert.Throws<DataException>(load).Problems;

    private DataBundle Load(int size = 4, int channels = 3, ImageFit fit = ImageFit.Stretch, DataFacts? recorded = null, string? path = null) =>
        DataLoader.Load(
        new DataSpec { Train = new SourceSpec.ImageFolder(path ?? _folder, size, size, channels, fit) }, 1, recorded, TestContext.Current.CancellationToken);

    private void Draw(string name, int width, int height, SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(colour);
        Save(bitmap, Path.HasExtension(name) ? name : $"{name}.{format}", format);
    }

    private void Halves(string name, int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.Black);
        bitmap.Erase(SKColors.White, new SKRectI(width / 2, 0, width, height));
        Save(bitmap, name, SKEncodedImageFormat.Png);
    }

    private void Noise(string name)
    {
        using var bitmap = new SKBitmap(64, 64);
        var random = new Random(7);
        for (var i = 0; i < 64 * 64; i++)
        {
            bitmap.SetPixel(i % 64, i / 64, new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        }

        Save(bitmap, name, Path.GetExtension(name) == ".jpg" ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png);
    }

    private void Save(SKBitmap bitmap, string name, SKEncodedImageFormat format)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var data = bitmap.Encode(format, 95);
        File.WriteAllBytes(file, data.ToArray());
    }

    private void Cut(string name)
    {
        var file = Path.Combine(_folder, name);
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
    }

    private void Flip(string name)
    {
        var file = Path.Combine(_folder, name);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }
}
