using Sheaf.Specs;
using Sheaf.Training.Data;
using SkiaSharp;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class RowPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Grey_IsThePixelsOfTheFileWhateverTransformsThem()
    {
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(place => (byte)(place * 10))];
        var data = new DataSpec
        {
            Train = new SourceSpec.Idx(_folder.Idx("images", [2, 3, 4], pixels), _folder.Idx("labels", [2], [0, 1])),
            Transforms = [new TransformSpec.Scale(1 / 255.0), new TransformSpec.Normalize([], [])],
        };
        var pictures = PicturesOf(data);

        Assert.True(pictures.AreImages);
        Assert.Equal(pixels[12..], pictures.Bytes(1));
        using var shown = SKBitmap.Decode(pictures.Png(1));
        Assert.Equal((4, 3), (shown.Width, shown.Height));
        Assert.Equal(pixels[12..], from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 4) select shown.GetPixel(x, y).Green);
    }

    [Fact]
    public void Colours_AreTheThreeChannels()
    {
        byte[] planes = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 255];
        var pictures = PicturesOf(new() { Train = new SourceSpec.Idx(_folder.Idx("images", [1, 3, 2, 2], planes), _folder.Idx("labels", [1], [0])) });

        using var shown = SKBitmap.Decode(pictures.Png(0));

        Assert.Equal(new SKColor(20, 60, 100), shown.GetPixel(1, 0));
        Assert.Equal(new SKColor(40, 80, 255), shown.GetPixel(1, 1));
    }

    [Fact]
    public void Columns_AreNoImages()
    {
        var table = new SourceSpec.Csv(_folder.Text("rows.csv", "x,y\n1,2\n3,4\n"), ["x"], ["y"], new Dictionary<string, string>());

        Assert.False(PicturesOf(new() { Train = table }).AreImages);
    }

    private static RowPictures PicturesOf(DataSpec data)
    {
        var bundle = DataLoader.Load(data, 1, null, CancellationToken.None);
        return new(bundle.Train, data.Transforms, bundle.Facts);
    }
}
