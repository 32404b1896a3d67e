using System.Security.Cryptography;
using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class IdxDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_EnsureImagesAndLabelsAreThoseOfTheFiles(bool zipped)
    {
        var pixels = Pixels(6 * 12);
        var spec = new DataSpec { Train = Source("train", 6, pixels, [0, 1, 2, 2, 1, 0], zipped) };

        var bundle = Load(spec);

        Assert.Equal([1, 3, 4], bundle.Train.Shape);
        Assert.Equal((6, 12, 3, 1), (bundle.Train.Count, bundle.Train.Width, bundle.Train.Classes, bundle.Train.TargetWidth));
        Assert.Null(bundle.Validation);
        Assert.Null(bundle.Test);
        int[] rows = [4, 0, 4];
        Assert.Equal([.. pixels[48..60], .. pixels[..12], .. pixels[48..60]], Features(bundle.Train, rows).Select(value => (byte)value));
        Assert.Equal([1, 0, 1], Classes(bundle.Train, rows));
        var targets = new float[3];
        bundle.Train.GatherTargets(rows, targets);
        Assert.Equal([1f, 0f, 1f], targets);
        Assert.Equal([4, 0], new[] { 4, 0 }.Select(bundle.Train.IdAt));
    }

    [Fact]
    public void Load_EnsureFourDimensionsAreImagesOfSeveralChannelsEachWithItsOwnNormalisation()
    {
        var images = _folder.Idx("images", [2, 3, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        var labels = _folder.Idx("labels", [2], [0, 1]);
        var spec = new DataSpec
        {
            Train = new SourceSpec.Idx(images, labels),
            Transforms = [new TransformSpec.Scale(2), new TransformSpec.Normalize([1, 2, 3], [1, 2, 4])],
        };

        var bundle = Load(spec);

        Assert.Equal([3, 1, 2], bundle.Train.Shape);
        Assert.Equal([11f, 13f, 7f, 8f, 4.25f, 4.75f], Features(bundle.Train, [1]));
        Assert.Equal([3.5, 5.5, 7.5], bundle.Facts.Mean);
        Assert.All(bundle.Facts.Std, std => Assert.Equal(Math.Sqrt(((3.5 * 3.5 * 2) + (2.5 * 2.5 * 2)) / 4), std, 12));
    }

    [Theory]
    [InlineData(0.00392156862745098, 0.286, 0.353)]
    [InlineData(0.00392156862745098, 0.1307, 0.3081)]
    [InlineData(1, 0, 1)]
    [InlineData(0.1, 1e9, 1e-3)]
    public void Gather_EnsureBitsAreTheTransformsInDoublePrecisionRoundedOnce(double scale, double mean, double std)
    {
        // All 256 values, and widths that leave a rest after whole vectors.
        var pixels = Enumerable.Range(0, 3 * 257).Select(value => (byte)value).ToArray();
        var spec = new DataSpec
        {
            Train = new SourceSpec.Idx(_folder.Idx("images", [3, 257, 1], pixels), _folder.Idx("labels", [3], [0, 0, 0])),
            Transforms = [new TransformSpec.Scale(scale), new TransformSpec.Normalize([mean], [std])],
        };
        var expected = pixels.Select(pixel => (float)(((pixel * scale) - mean) / std)).Select(BitConverter.SingleToInt32Bits);
        Assert.Equal(expected, Features(Load(spec).Train, [0, 1, 2]).Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void PixelTable_EnsureATransformThatIsNoLineIsLookedUp()
    {
        var table = new PixelTable([new TransformSpec.Scale(1e-300), new TransformSpec.Scale(1e-20), new TransformSpec.Scale(1e300)], 1);
        Assert.False(table.IsLine(0));
        var pixels = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var floats = new float[256];
        table.Convert(0, pixels, floats);
        Assert.Equal(pixels.Select(pixel => (float)(pixel * 1e-300 * 1e-20 * 1e300)), floats);
    }

    [Fact]
    public void Gather_EnsureWrongLengthsAndRowsAreRefused()
    {
        var rows = Load(new DataSpec { Train = Source("train", 2, Pixels(24), [0, 1]) }).Train;
        Assert.Throws<ArgumentException>(() => rows.Gather([0], new float[11]));
        Assert.Throws<ArgumentException>(() => rows.GatherClasses([0], new long[2]));
        Assert.Throws<ArgumentException>(() => rows.GatherTargets([0], new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Gather([2], new float[12]));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.IdAt(-1));
    }

    [Fact]
    public void Gather_EnsureNothingIsAllocated()
    {
        var set = Load(new DataSpec { Train = Source("train", 64, Pixels(64 * 12), new byte[64]) }).Train;
        var rows = Enumerable.Range(0, 64).ToArray();
        var (features, classes, targets) = (new float[64 * 12], new long[64], new float[64]);
        Gather();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Gather();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Gather()
        {
            set.Gather(rows, features);
            set.GatherClasses(rows, classes);
            set.GatherTargets(rows, targets);
        }
    }

    [Fact]
    public void Load_EnsureAValidationFractionPartitionsTheRowsByTheSeed()
    {
        var spec = new DataSpec { Train = Source("train", 50, Pixels(50 * 12), new byte[50]), Validation = new ValidationSpec.Fraction(0.1) };

        var bundle = Load(spec, seed: 7);

        Assert.Equal((45, 5), (bundle.Train.Count, bundle.Validation!.Count));
        Assert.Equal((45, 5), (bundle.Facts.TrainCount, bundle.Facts.ValidationCount));
        Assert.Equal(Enumerable.Range(0, 50), Ids(bundle.Train).Concat(Ids(bundle.Validation)).Order());
        Assert.Equal(Ids(bundle.Train).Order(), Ids(bundle.Train));
        Assert.Equal(Ids(bundle.Validation), Ids(Load(spec, seed: 7).Validation!));
        Assert.NotEqual(Ids(bundle.Validation), Ids(Load(spec, seed: 8).Validation!));
        Assert.Equal(Features(Load(spec with { Validation = null }).Train, [bundle.Validation.IdAt(3)]), Features(bundle.Validation, [3]));
    }

    [Fact]
    public void Load_EnsureFactsNameTheFilesAndSurviveJson()
    {
        var spec = new DataSpec
        {
            Train = Source("train", 4, Pixels(48), [0, 1, 2, 3]),
            Validation = new ValidationSpec.Source(Source("validation", 2, Pixels(24), [0, 3])),
            Test = Source("test", 3, Pixels(36), [3, 3, 3]),
        };

        var facts = DataLoader.Inspect(spec, 1, TestContext.Current.CancellationToken);

        Assert.Equal((4, 2, 3, 4), (facts.TrainCount, facts.ValidationCount, facts.TestCount, facts.Classes));
        Assert.Equal(
            ["train-images", "train-labels", "validation-images", "validation-labels", "test-images", "test-labels"],
            facts.Files.Select(file => Path.GetFileName(file.Path)));
        Assert.All(facts.Files, file =>
        {
            var bytes = File.ReadAllBytes(file.Path);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
            Assert.Equal(bytes.Length, file.Bytes);
        });
        var again = System.Text.Json.JsonSerializer.Deserialize<DataFacts>(System.Text.Json.JsonSerializer.Serialize(facts))!;
        Assert.Equivalent(facts, again, strict: true);
        Assert.Equal(4, DataLoader.Load(spec, 1, again, TestContext.Current.CancellationToken).Train.Count);
    }

    /// <summary>gzip files of several members, cut anywhere: pigz, bgzip and cat write them.</summary>
    [Fact]
    public void Load_EnsureAGzipFileOfSeveralMembersIsRead()
    {
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(pixel => (byte)(pixel * 9))];
        var whole = TemporaryFolder.IdxBytes([2, 3, 4], pixels);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            byte[] zipped = [.. TemporaryFolder.Zip(whole[..cut]), .. TemporaryFolder.Zip(whole[cut..])];
            var spec = new DataSpec { Train = new SourceSpec.Idx(_folder.Bytes("images", zipped), _folder.Idx("labels", [2], [1, 0])) };
            var bundle = DataLoader.Load(spec, 1, null, TestContext.Current.CancellationToken);
            var features = new float[24];
            bundle.Train.Gather([0, 1], features);
            Assert.Equal(pixels.Select(pixel => (float)pixel), features);

            // Without its last bytes it is still told to be cut.
            _folder.Bytes("images", zipped[..^3]);
            Assert.Contains(
                "is damaged or truncated gzip",
                Assert.Throws<DataException>(() => DataLoader.Load(spec, 1, null, TestContext.Current.CancellationToken)).Message,
                StringComparison.Ordinal);
        }
    }

    private SourceSpec.Idx Source(string name, int count, byte[] pixels, byte[] labels, bool zipped = false) =>
        new(_folder.Idx(name + "-images", [count, 3, 4], pixels, zipped), _folder.Idx(name + "-labels", [labels.Length], labels, zipped));

    private static DataBundle Load(DataSpec spec, long seed = 1) => DataLoader.Load(spec, seed, null, TestContext.Current.CancellationToken);

    private static byte[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(value => (byte)(value * 37))];

    private static IEnumerable<int> Ids(RowSet set) => Enumerable.Range(0, set.Count).Select(set.IdAt);

    private static float[] Features(RowSet set, int[] rows)
    {
        var features = new float[rows.Length * set.Width];
        set.Gather(rows, features);
        return features;
    }

    private static long[] Classes(RowSet set, int[] rows)
    {
        var classes = new long[rows.Length];
        set.GatherClasses(rows, classes);
        return classes;
    }
}
