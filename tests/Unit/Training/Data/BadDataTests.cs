using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class BadDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_EnsureAllProblemsOfAllFilesComeAtOnce()
    {
        var table = _folder.Text("table.csv", "x,y\n1,2\n");
        var spec = new DataSpec
        {
            Train = new SourceSpec.Idx(_folder.At("none"), _folder.Bytes("empty", [])),
            Validation = new ValidationSpec.Source(Csv(table, feature: "X1")),
            Test = Csv(_folder.Path),
        };

        var failure = Fail(spec);

        Assert.Equal(
            [
                $"data.train.images: '{_folder.At("none")}' does not exist; check the path, and that this machine has the file.",
                $"data.train.labels: '{_folder.At("empty")}' is not an IDX file: it begins with nothing (it is empty); "
                    + "labels of unsigned bytes begin with 00 00 08 01.",
                $"data.validation: '{table}' has no column 'X1' (asked for by features); did you mean 'x'? Its columns are 'x', 'y'.",
                $"data.test: '{_folder.Path}' is a folder, no regular file; give the path of a file.",
            ],
            failure.Problems);
        Assert.StartsWith("4 problems with the data:\n- data.train.images", failure.Message, StringComparison.Ordinal);
    }

    public static readonly TheoryData<string, byte[], string> BadImages = new()
    {
        { "PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D],
            "is not an IDX file: it begins with 89 50 4E 47; images of unsigned bytes begin with 00 00 08 03 or 00 00 08 04" },
        { "three bytes", [0, 0, 8], "is not an IDX file: it begins with 00 00 08" },
        { "no type", [0, 0, 0x0A, 3, 0, 0, 0, 1], "has elements of the unknown type 0x0A at byte 2; known are unsigned (08)" },
        { "half floats", [0, 0, 0x0D, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3], "is truncated: its header says 1 x 2 x 4 = 8 bytes" },
        { "nine dimensions", [0, 0, 0x08, 9, 0, 0, 0, 1], "has 9 dimensions; features have 2 to 8, the rows first" },
        { "labels", TemporaryFolder.IdxBytes([2], [0, 1]), "has 1 dimensions (these look like labels)" },
        { "a cut header", TemporaryFolder.IdxBytes([2, 2, 2], [])[..12], "is truncated: it ends inside its header of 16 bytes" },
        { "too little", TemporaryFolder.IdxBytes([2, 2, 2], new byte[7]), "is truncated: its header says 2 x 2 x 2 = 8 bytes of data, but only 7 are there" },
        { "a huge header", TemporaryFolder.IdxBytes([int.MaxValue, int.MaxValue, int.MaxValue], [1]), "more than a file of its size can hold" },
        { "too much", TemporaryFolder.IdxBytes([2, 2, 2], new byte[11]), "has 3 bytes after the data that its header announces (2 x 2 x 2 = 8 bytes)" },
        { "no rows", TemporaryFolder.IdxBytes([0, 2, 2], []), "has no data: its header says 0 x 2 x 2 = 0 bytes" },
        { "too little in gzip", TemporaryFolder.Zip(TemporaryFolder.IdxBytes([2, 2, 2], new byte[7])),
            "is truncated: its header says 2 x 2 x 2 = 8 bytes of data, but only 7 are there" },
        { "too much in gzip", TemporaryFolder.Zip(TemporaryFolder.IdxBytes([2, 2, 2], new byte[9])), "has 1 bytes after the data" },
        { "a bomb", TemporaryFolder.Zip(TemporaryFolder.IdxBytes([60000, 2000, 2000], new byte[9])), "more than a file of its size can hold" },
        { "cut gzip", TemporaryFolder.Zip(TemporaryFolder.IdxBytes([2, 2, 2], [9, 8, 7, 6, 5, 4, 3, 2]))[..^9], "is damaged or truncated gzip" },
        { "gzip without its end", TemporaryFolder.Zip(TemporaryFolder.IdxBytes([2, 2, 2], [9, 8, 7, 6, 5, 4, 3, 2]))[..^4], "is damaged or truncated gzip" },
        { "only gzip's magic", [0x1F, 0x8B], "is not an IDX file: unzipped, it begins with nothing" },
        { "something after gzip", [.. TemporaryFolder.Zip(TemporaryFolder.IdxBytes([2, 2, 2], [9, 8, 7, 6, 5, 4, 3, 2])), 1, 2, 3],
            "is damaged or truncated gzip" },
        { "altered gzip", Altered(TemporaryFolder.Zip(TemporaryFolder.IdxBytes([2, 2, 2], [9, 8, 7, 6, 5, 4, 3, 2])), ^6), "is damaged or truncated gzip" },
    };

    [Theory]
    [MemberData(nameof(BadImages))]
    public void Load_EnsureImagesThatAreNoneAreRefusedByNameAndPlace(string name, byte[] bytes, string message)
    {
        var path = _folder.Bytes(name, bytes);
        var failure = Fail(new DataSpec { Train = new SourceSpec.Idx(path, _folder.Idx("labels", [2], [0, 1])) });
        var problem = Assert.Single(failure.Problems);
        Assert.StartsWith($"data.train.images: '{path}' ", problem, StringComparison.Ordinal);
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EnsureCountsMustAgree()
    {
        var spec = new DataSpec { Train = new SourceSpec.Idx(_folder.Idx("i", [3, 2, 2], new byte[12]), _folder.Idx("l", [2], [0, 1])) };
        Assert.Equal(
            $"data.train: '{_folder.At("i")}' has 3 images, but '{_folder.At("l")}' has 2 labels; they must be as many.", Assert.Single(Fail(spec).Problems));
    }

    [Fact]
    public void Load_EnsureLabelsAndShapesOfOtherSourcesMustFitThoseOfTraining()
    {
        var spec = new DataSpec
        {
            Train = new SourceSpec.Idx(_folder.Idx("i", [2, 2, 2], new byte[8]), _folder.Idx("l", [2], [0, 1])),
            Test = new SourceSpec.Idx(_folder.Idx("ti", [3, 2, 3], new byte[18]), _folder.Idx("tl", [3], [1, 0, 2])),
        };
        Assert.Equal(
            [
                "data.test: its rows have the shape [1, 2, 3], but those of data.train have [1, 2, 2]; all sources need the same.",
                $"data.test: '{_folder.At("tl")}' has label 2 at row 2, out of range: the labels of data.train go from 0 to 1.",
            ],
            Fail(spec).Problems);
    }

    [Fact]
    public void Load_EnsureTransformsMustFitTheChannels()
    {
        var spec = new DataSpec
        {
            Train = Csv(_folder.Text("t.csv", "x,y\n1,2\n")),
            Transforms = [new TransformSpec.Scale(1), new TransformSpec.Normalize([1, 2], [0])],
        };
        Assert.Equal(
            [
                "data.transforms[1].normalize.mean has 2 values; rows have 1 columns, so give 1 value.",
                "data.transforms[1].normalize.std is [0]; each value must be above 0 and finite.",
            ],
            Fail(spec).Problems);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(4, 0.1)]
    [InlineData(4, 0.9)]
    public void Load_EnsureAFractionThatLeavesOneSideEmptyIsRefused(int rows, double fraction)
    {
        var spec = new DataSpec
        {
            Train = Csv(_folder.Text("t.csv", "x,y\n" + string.Concat(Enumerable.Repeat("1,2\n", rows)))),
            Validation = new ValidationSpec.Fraction(fraction),
        };
        Assert.StartsWith($"data.validation.fraction: {fraction} of {rows} training rows is ", Assert.Single(Fail(spec).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty; a header with the columns' names is needed.")]
    [InlineData("x,y\n", "has a header but no rows.")]
    [InlineData("x,y,x\n1,2,3\n", "has the column 'x' (asked for by features) twice; names must be unique.")]
    [InlineData("x,z\n1,2\n", "has no column 'y' (asked for by target). Its columns are 'x', 'z'.")]
    [InlineData("x,y\n1,2\n3,4,5\n", "line 3: has 3 cells; the header has 2.")]
    [InlineData("x,y\n1,2\n3\n", "line 3: has 1 cells; the header has 2.")]
    [InlineData("x,y\n1,2\n3,four\n", "line 3, column 'y': is 'four', no number; only finite numbers are allowed.")]
    [InlineData("x,y\n1,2\n\n,4\n", "line 4, column 'x': is empty; only finite numbers are allowed.")]
    [InlineData("x,y\nNaN,2\n", "line 2, column 'x': is 'NaN'; only finite numbers are allowed.")]
    [InlineData("x,y\n1,-Infinity\n", "line 2, column 'y': is '-Infinity'; only finite numbers are allowed.")]
    [InlineData("x,y\n1,1e999\n", "line 2, column 'y': is '1e999'; only finite numbers are allowed.")]
    [InlineData("x,y\n1e39,0\n", "line 2, column 'x': 1E+39 is too large for 32-bit floats after the transforms; scale it.")]
    [InlineData("x,y\n\"1\n2\",0\n3,?\n", "line 2, column 'x': is '1 2', no number; only finite numbers are allowed.")]
    public void Load_EnsureATableSaysWhatIsWrongAndWhere(string text, string message)
    {
        var path = _folder.Text("table.csv", text);
        Assert.Equal($"data.train: '{path}' {message}", Fail(new DataSpec { Train = Csv(path) }).Problems[0]);
    }

    [Fact]
    public void Load_EnsureAnUnclosedQuoteIsNamed()
    {
        var path = _folder.Text("table.csv", "x,y\n1,2\n\"3,4\n5,6\n");
        Assert.Contains(
            Fail(new DataSpec { Train = Csv(path) }).Problems, problem => problem.StartsWith($"data.train: '{path}' line 3: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_EnsureManyBadCellsAreCountedNotListed()
    {
        var path = _folder.Text("table.csv", "x,y\n" + string.Concat(Enumerable.Repeat("a,1\n", 50)));
        var problems = Fail(new DataSpec { Train = Csv(path) }).Problems;
        Assert.Equal(21, problems.Count);
        Assert.Equal($"data.train: '{path}' has 30 more problems like these.", problems[^1]);
    }

    [Fact]
    public void Load_EnsureASelectionOfNothingSaysWhatThereIs()
    {
        var path = _folder.Text("table.csv", "x,y,split\n1,2,train\n1,2,train\n1,2,test\n");
        var spec = new DataSpec { Train = Csv(path) with { Where = new Dictionary<string, string> { ["split"] = "tran" } } };
        Assert.Equal($"data.train: '{path}' has no row where split = 'tran': split has 'train' (2 rows), 'test' (1 rows).", Assert.Single(Fail(spec).Problems));
        spec = new DataSpec { Train = Csv(path) with { Where = new Dictionary<string, string> { ["spilt"] = "train" } } };
        Assert.Contains("(asked for by where); did you mean 'split'?", Assert.Single(Fail(spec).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EnsureAnAlteredFileIsNotTheRecordedOne()
    {
        var labels = _folder.Idx("labels", [2], [0, 1]);
        var spec = new DataSpec { Train = new SourceSpec.Idx(_folder.Idx("images", [2, 2, 2], new byte[8]), labels) };
        var facts = DataLoader.Inspect(spec, 1, TestContext.Current.CancellationToken);
        _folder.Idx("labels", [2], [1, 0]);

        var problem = Assert.Single(Fail(spec, facts).Problems);

        Assert.StartsWith(
            $"data.train.labels: '{labels}' is not the file that was recorded when the experiment was submitted: its SHA-256 is ",
            problem,
            StringComparison.Ordinal);
        Assert.Contains($"recorded is {facts.Files[1].Sha256} (10 bytes)", problem, StringComparison.Ordinal);
        var moved = new DataSpec { Train = new SourceSpec.Idx(spec.Train.Files[0], _folder.Idx("other", [2], [0, 1])) };
        Assert.Contains("is not among the files that were recorded", Assert.Single(Fail(moved, facts).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void DataFileReader_EnsureAChangeDuringReadingIsFoundAndTheHashIsOfWhatWasRead()
    {
        var path = _folder.Bytes("file", [1, 2, 3, 4]);
        var problems = new List<string>();
        using var reader = DataFileReader.Open(path, "data.train", problems, TestContext.Current.CancellationToken)!;
        Assert.Equal(1, reader.ReadByte());
        using (var writer = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Write([5, 6]);
        }

        var file = reader.Finish(problems);

        Assert.Equal($"'{path}' changed while it was read (4 bytes at first, then 6); wait until its writer is done.", Assert.Single(problems));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([1, 2, 3, 4])), file.Sha256);
    }

    [Fact]
    public void Load_EnsureACancelledLoadStops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => DataLoader.Load(new DataSpec { Train = Csv(_folder.At("x")) }, 1, null, source.Token));
    }

    private static SourceSpec.Csv Csv(string path, string feature = "x") => new(path, [feature], ["y"], new Dictionary<string, string>());

    private static DataException Fail(DataSpec spec, DataFacts? recorded = null) =>
        Assert.Throws<DataException>(() => DataLoader.Load(spec, 1, recorded, TestContext.Current.CancellationToken));

    private static byte[] Altered(byte[] bytes, Index place)
    {
        bytes[place] ^= 0xFF;
        return bytes;
    }
}
