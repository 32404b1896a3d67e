using System.Globalization;
using System.Text;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using SkiaSharp;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class DataCacheTests : IDisposable
{
    private const int Rows = 400;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<string> _said = [];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats => ["idx", "idx of floats", "idx.gz", "cifar10", "image_folder", "numpy", "csv", "csv filled"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Load_GivesTheRowsThatMemoryGivesDecodedNowOrBefore(string format)
    {
        var data = Data(format);
        var plain = Load(data, null);
        var (first, second) = (Load(data, Cache()), Load(data, Cache()));

        Assert.Empty(_said);
        Assert.Single(Entries);
        foreach (var bundle in new[] { first, second })
        {
            Assert.Equivalent(plain.Facts, bundle.Facts, strict: true);
            Assert.Equal(Bits(plain.Train), Bits(bundle.Train));
            Assert.Equal(Bits(plain.Validation!), Bits(bundle.Validation!));
        }

        Assert.DoesNotContain(Directory.EnumerateDirectories(_folder.At("cache")), folder => folder.Contains("scratch", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_DecodesOnceWhereverTheFilesAre()
    {
        Load(Data("idx"), Cache());
        var entry = Assert.Single(Entries);
        var written = File.GetLastWriteTimeUtc(Path.Combine(entry, "pixels"));
        File.Move(_folder.At("images"), _folder.At("moved"));
        _time.Advance(TimeSpan.FromHours(1));

        Load(Idx(_folder.At("moved"), _folder.At("labels")), Cache());

        Assert.Equal(entry, Assert.Single(Entries));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(entry, "pixels")));
        Assert.Equal(_time.GetUtcNow().UtcDateTime, File.GetLastWriteTimeUtc(Path.Combine(entry, "entry.json")));
    }

    [Theory]
    [InlineData("pixels", "cut")]
    [InlineData("pixels", "altered")]
    [InlineData("labels", "gone")]
    [InlineData("entry.json", "cut")]
    [InlineData("entry.json", "empty")]
    public void Load_ATornEntryIsFoundOutAndMadeAnew(string file, string how)
    {
        var data = Data("idx");
        var plain = Load(data, Cache());
        var path = Path.Combine(Assert.Single(Entries), file);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        if (how != "gone")
        {
            bytes[bytes.Length / 2] ^= how == "altered" ? (byte)1 : (byte)0;
            File.WriteAllBytes(path, how switch { "cut" => bytes[..(bytes.Length / 2)], "empty" => [], _ => bytes });
        }

        Assert.Equal(Bits(plain.Train), Bits(Load(data, Cache()).Train));
        Assert.Contains("decoded anew", Assert.Single(_said), StringComparison.Ordinal);

        Load(data, Cache());
        Assert.Single(_said);
    }

    [Fact]
    public void Keep_WhatWasNotUsedForTheLongestTimeGoes()
    {
        for (var each = 0; each < 3; each++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Load(OfColour(each), Cache(limit: 220_000));
        }

        // Two entries of about 100,000 bytes fit; the first one goes.
        Assert.Equal(2, Entries.Length);
        _time.Advance(TimeSpan.FromHours(1));
        Load(OfColour(1), Cache(limit: 220_000));
        var used = Entries.Single(entry => File.GetLastWriteTimeUtc(Path.Combine(entry, "entry.json")) == _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromHours(1));
        Load(OfColour(3), Cache(limit: 220_000));
        Assert.Contains(used, Entries);
        Assert.Equal(2, Entries.Length);

        Load(Data("idx"), Cache(limit: 1000));
        Assert.Contains("keeps at most 1,000", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    public void Load_AFullDiskIsSaidAndTheRowsAreInMemory(int room)
    {
        var data = Data("idx");
        var full = new DataCache(_folder.At("cache"), long.MaxValue, _time, 1000, _said.Add) { CreateFile = path => new ScratchFile(path, room) };

        Assert.Equal(Bits(Load(data, null).Train), Bits(Load(data, full).Train));
        Assert.Contains("do not fit on the disk", _said[0], StringComparison.Ordinal);
        Assert.Contains("--data-cache", _said[0], StringComparison.Ordinal);
        Assert.Empty(Entries);
    }

    [Fact]
    public void Load_AFolderThatCannotBeUsedIsSaid()
    {
        var cache = new DataCache(_folder.Text("file", ""), long.MaxValue, _time, 1000, _said.Add);

        Assert.Equal(Rows - (Rows / 5), Load(Data("idx"), cache).Train.Count);
        Assert.Contains("cannot be used", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ClearsUpWhatAKilledProcessLeft()
    {
        var left = Directory.CreateDirectory(_folder.At("cache/scratch-1")).FullName;
        File.WriteAllText(Path.Combine(left, "lock"), "");
        using var other = Cache().Open()!;

        Load(Data("idx"), Cache());

        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(other.Folder));
    }

    [Fact]
    public void Load_SmallRowsStayInMemory()
    {
        Load(Data("csv"), Cache(inMemory: 1 << 20));

        Assert.Empty(Entries);
    }

    [Theory]
    [InlineData("idx")]
    [InlineData("csv filled")]
    public async Task Run_MappedRowsGiveTheBitsOfRowsInMemory(string format)
    {
        var data = Data(format);
        var hashes = new List<string>();
        foreach (var (workers, cache) in new[] { (1, null), (1, Cache()), (2, Cache()), (4, Cache()) })
        {
            var bundle = Load(data, cache);
            var spec = TinyRun.Spec(bundle.Train.Shape.Count == 1 ? TinyRun.Perceptron[1..] : TinyRun.Perceptron, 4) with { Data = data };
            hashes.Add((await TinyRun.RunAsync(spec, bundle, workers)).Hash);
        }

        Assert.Single(hashes.Distinct());
    }

    private string[] Entries => Directory.Exists(_folder.At("cache"))
        ? [.. Directory.EnumerateDirectories(_folder.At("cache")).Where(folder => !Path.GetFileName(folder).StartsWith("scratch", StringComparison.Ordinal))]
        : [];

    private DataCache Cache(long limit = long.MaxValue, long inMemory = 1000) => new(_folder.At("cache"), limit, _time, inMemory, _said.Add);

    private static DataBundle Load(DataSpec data, DataCache? cache) =>
        DataLoader.Load(data, 3, null, TestContext.Current.CancellationToken, cache: cache);

    private static byte[] Pixels(int count, int salt = 0) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 7919 / 13) + (salt * 31)))];

    private static byte[] Labels() => [.. Enumerable.Range(0, Rows).Select(row => (byte)(row % 3))];

    private static DataSpec Idx(string images, string labels) => new()
    {
        Train = new SourceSpec.Idx(images, labels),
        Validation = new ValidationSpec.Fraction(0.2),
        Transforms = [new TransformSpec.Pad(1), new TransformSpec.Normalize([], [])],
    };

    private DataSpec OfColour(int salt) => Idx(
        _folder.Idx($"images{salt}", [Rows, 16, 16], Pixels(Rows * 256, salt)), _folder.Idx("labels", [Rows], Labels())) with
    { Transforms = [] };

    private DataSpec Data(string format)
    {
        var labels = _folder.Idx("labels", [Rows], Labels());
        var scaled = new DataSpec
        {
            Train = new SourceSpec.Idx("", ""),
            Validation = new ValidationSpec.Fraction(0.2),
            Transforms = [new TransformSpec.Normalize([], [])],
        };
        switch (format)
        {
            case "idx":
                return Idx(_folder.Idx("images", [Rows, 16, 16], Pixels(Rows * 256)), labels);
            case "idx.gz":
                return Idx(_folder.Idx("images.gz", [Rows, 16, 16], Pixels(Rows * 256), zipped: true), labels);
            case "idx of floats":
                var floats = Pixels(Rows * 5).SelectMany(pixel => BitConverter.GetBytes(pixel * 0.7f).Reverse()).ToArray();
                var header = TemporaryFolder.IdxBytes([Rows, 5], []);
                header[2] = 0x0D;
                return scaled with { Train = new SourceSpec.Idx(_folder.Bytes("floats", [.. header, .. floats]), labels) };
            case "cifar10":
                var records = Enumerable.Range(0, 12).SelectMany(row => Pixels(3072, row).Prepend((byte)(row % 10))).ToArray();
                return scaled with
                {
                    Train = new SourceSpec.Cifar10([_folder.Bytes("c1", records[..(5 * 3073)]), _folder.Bytes("c2", records[(5 * 3073)..])]),
                };
            case "image_folder":
                foreach (var (name, row) in Enumerable.Range(0, 8).Select(row => ($"pictures/{"ab"[row % 2]}/{row}.png", row)))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
                    File.WriteAllBytes(_folder.At(name), Png(row));
                }

                return scaled with { Train = new SourceSpec.ImageFolder(_folder.At("pictures"), 12, 12, 3, ImageFit.Stretch) };
            case "numpy":
                return scaled with { Train = new SourceSpec.Numpy(Npy("x.npy", "<f4", $"{Rows}, 5", Rows * 5), Npy("y.npy", "<f4", $"{Rows}", Rows)) };
            default:
                var text = new StringBuilder("a,b,c,y\n");
                for (var row = 0; row < Rows; row++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{row * 0.3},{(row % 7 == 0 ? "" : $"{row % 11}")},{"xyz"[row % 3]},{row % 3}\n");
                }

                var filled = new SourceSpec.Csv(_folder.Text("t.csv", text.ToString()), ["a", "b", "c"], ["y"], new Dictionary<string, string>())
                {
                    Missing = new([], format == "csv" ? MissingFill.Drop : MissingFill.Median),
                    OneHot = ["c"],
                };
                return scaled with { Train = filled };
        }
    }

    private string Npy(string name, string type, string shape, int count)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}{(shape.Contains(',', StringComparison.Ordinal) ? "" : ",")}), }}\n";
        var floats = Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes(shape.Contains(',', StringComparison.Ordinal) ? i * 0.1f : i % 3));
        return _folder.Bytes(name, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. floats]);
    }

    private static byte[] Png(int salt)
    {
        using var bitmap = new SKBitmap(12, 12);
        for (var place = 0; place < 144; place++)
        {
            bitmap.SetPixel(place % 12, place / 12, new((byte)(place * salt), (byte)place, (byte)(salt * 20)));
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static int[] Bits(RowSet rows)
    {
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        var (features, targets) = (new float[rows.Count * rows.Width], new float[rows.Count * rows.TargetWidth]);
        rows.Gather(all, features);
        rows.GatherTargets(all, targets);
        return [.. features.Concat(targets).Select(BitConverter.SingleToInt32Bits), .. all.Select(rows.IdAt)];
    }
}
