using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>Transforms of whole images.</summary>
public sealed class ImageTransformTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WithPadAndRepeatChannels_PutsZerosAroundAndMakesEqualChannels()
    {
        var bundle = Load([1, 2, 3, 4], [2, 1, 2], new TransformSpec.Pad(1), new TransformSpec.RepeatChannels(2), new TransformSpec.Scale(0.5));

        Assert.Equal([2, 3, 4], bundle.Train.Shape);
        float[] second = [0, 0, 0, 0, 0, 1.5f, 2, 0, 0, 0, 0, 0];
        var features = new float[24];
        bundle.Train.Gather([1], features);
        Assert.Equal([.. second, .. second], features);
        Assert.Equal(10.0 / 24, bundle.Facts.Mean[0], 12);
    }

    [Fact]
    public void Load_WithRepeatChannelsOfColour_IsRefused() => Assert.Contains(
        "repeat_channels needs images of one channel, and those of data.train have 2",
        Assert.Single(Assert.Throws<DataException>(() => Load([1, 2, 3, 4], [2, 2, 1, 1], new TransformSpec.RepeatChannels(3))).Problems),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("idx, images: /i, labels: /l", "[{scale: 2}, {pad: 1}]", "pad changes images before their values are scaled; move it before scale")]
    [InlineData("csv, path: /x.csv, features: [x], target: y", "[{pad: 1}]", "pad needs images, and CSV rows are vectors")]
    public void Parse_OfOneInTheWrongPlace_SaysWhere(string source, string transforms, string message) => Assert.Contains(
        SpecParser.Parse($"name: x\ndata: {{train: {{format: {source}}}, transforms: {transforms}}}\n", "/").Violations,
        violation => violation.Message.Contains(message, StringComparison.Ordinal));

    private DataBundle Load(byte[] pixels, int[] shape, params TransformSpec[] transforms)
    {
        var images = _folder.Idx("images", shape, pixels);
        var labels = _folder.Idx("labels", [shape[0]], new byte[shape[0]]);
        return DataLoader.Load(
            new DataSpec { Train = new SourceSpec.Idx(images, labels), Transforms = transforms }, 1, null, TestContext.Current.CancellationToken);
    }
}
