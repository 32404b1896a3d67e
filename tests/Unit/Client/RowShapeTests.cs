using Sheaf.Client.Failures;
using Sheaf.Client.Specs;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Data;

namespace Sheaf.Tests.Unit.Client;

public sealed class RowShapeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_SaysItsImagesShapeInItsFirstBytes(bool zipped)
    {
        Assert.Equal([1, 3, 2], RowShape.Of(Images(_folder.Idx("grey", [2, 3, 2], new byte[12], zipped)), null));
        Assert.Equal([3, 2, 1], RowShape.Of(Images(_folder.Idx("color", [1, 3, 2, 1], new byte[6], zipped)), null));
    }

    [Fact]
    public void Transforms_OfWholeImagesChangeIt() => Assert.Equal(
        [3, 7, 6],
        RowShape.Of(
            Images(_folder.Idx("grey", [2, 3, 2], new byte[12])) with
            {
                Transforms = [new TransformSpec.Pad(2), new TransformSpec.RepeatChannels(3), new TransformSpec.Scale(2)],
            },
            null));

    [Fact]
    public void Table_HasItsFeatures() => Assert.Equal([2], RowShape.Of(Table([]), null));

    [Fact]
    public void Categories_MustBeSaid()
    {
        var failure = Assert.Throws<CliException>(() => RowShape.Of(Table(["b"]), null));

        Assert.Equal("say it: --input 9", failure.Todo);
        Assert.Equal([5], RowShape.Of(Table(["b"]), "5"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3x4")]
    [InlineData("1x28xa")]
    public void Input_ThatIsNoShape_IsRefused(string given) =>
        Assert.Contains($"--input is '{given}'", Assert.Throws<CliException>(() => RowShape.Of(Table([]), given)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("no images, but text of some length")]
    [InlineData("\x1f is no zip file")]
    public void FileThatIsNoIdx_IsNamed(string text)
    {
        var path = _folder.Text("images", text);

        Assert.Contains(path, Assert.Throws<CliException>(() => RowShape.Of(Images(path), null)).Why, StringComparison.Ordinal);
        Assert.Contains("missing", Assert.Throws<CliException>(() => RowShape.Of(Images(_folder.At("missing")), null)).Why, StringComparison.Ordinal);
    }

    private static DataSpec Images(string path) => new() { Train = new SourceSpec.Idx(path, "/labels") };

    private static DataSpec Table(string[] oneHot) =>
        new() { Train = new SourceSpec.Csv("/x.csv", ["a", "b"], ["y"], new Dictionary<string, string>()) { OneHot = oneHot } };
}
