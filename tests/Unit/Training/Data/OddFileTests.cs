using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>Paths that lead to no file of rows, and bytes that are none.</summary>
public sealed class OddFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What a path can lead to besides a file of the disk; opening some of it never ends.</summary>
    [Theory]
    [InlineData("pipe", "a pipe")]
    [InlineData("socket", "a socket")]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/dev/urandom", "a device")]
    [InlineData("/dev/null", "a device")]
    [InlineData("link", "a pipe")]
    [InlineData("/proc/self", "a folder")]
    public void Load_EnsureWhatIsNoRegularFileIsRefusedUnopened(string name, string kind)
    {
        var path = name[0] == '/' ? name : _folder.At(name);
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder.At("socket")));
        using var made = System.Diagnostics.Process.Start("mkfifo", _folder.At("pipe"));
        made.WaitForExit();
        File.CreateSymbolicLink(_folder.At("link"), _folder.At("pipe"));

        var problems = Fail(new DataSpec { Train = new SourceSpec.Idx(path, path), Test = Csv(path) }).Problems;

        Assert.Equal(3, problems.Count);
        Assert.All(problems, problem => Assert.Contains($"'{path}' is {kind}, no regular file; give the path of a file.", problem, StringComparison.Ordinal));
    }

    /// <summary>A format that reads the rows from PATH; a format that is not here fails the test below.</summary>
    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal)
    {
        ["Csv"] = "{ format: csv, path: PATH, features: [x], target: y }",
        ["Csv as Parquet"] = "{ format: parquet, path: PATH, features: [x], target: y }",
        ["Idx"] = "{ format: idx, images: PATH, labels: PATH.npy }",
        ["Numpy"] = "{ format: numpy, features: PATH.npy, target: PATH.npy }",
        ["Cifar10"] = "{ format: cifar10, path: [PATH] }",
        ["Text"] = "{ format: text, path: PATH, context: 2 }",
        ["ImageFolder"] = "{ format: image_folder, path: FOLDER, height: 4, width: 4 }",
    };

    public static TheoryData<string, string> FormatsAndKinds => [.. Formats.Keys.SelectMany(format => new[] { (format, "pipe"), (format, "zero") })];

    [Theory]
    [MemberData(nameof(FormatsAndKinds))]
    public void Load_EnsureNoFormatOpensWhatIsNoRegularFile(string format, string kind)
    {
        foreach (var name in (string[])["rows", "rows.npy", "classes/a/1.png", "classes/b/1.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
            if (kind == "zero")
            {
                File.CreateSymbolicLink(_folder.At(name), "/dev/zero");
                continue;
            }

            using var made = System.Diagnostics.Process.Start("mkfifo", _folder.At(name));
            made.WaitForExit();
        }

        var spec = SpecParser.Parse(
            $$"""
            name: odd
            data: { train: {{Formats[format].Replace("PATH", "rows", StringComparison.Ordinal).Replace("FOLDER", "classes", StringComparison.Ordinal)}} }
            model: { layers: [ {{(format is "Idx" or "Cifar10" or "ImageFolder" ? "flatten, " : "")}}{ linear: 2 } ] }
            loss: cross_entropy
            optimizer: { sgd: { learning_rate: 0.1 } }
            batch_size: 2
            epochs: 1
            """,
            _folder.Path);
        Assert.Empty(spec.Violations);

        Assert.All(Fail(spec.Spec!.Data).Problems, problem =>
            Assert.Contains(kind == "zero" ? "is a device, no regular file" : "is a pipe, no regular file", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Formats_AreAllOfTheSpecs() => Assert.Equal(
        typeof(SourceSpec).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(SourceSpec)) && type != typeof(SourceSpec.OfClass))
            .Select(type => type.Name).Order(StringComparer.Ordinal),
        Formats.Keys.Select(name => name.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Load_EnsureAMistakeOfASourceThatIsReadTwiceIsSaidOnce()
    {
        var header = System.Text.Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }".PadRight(117) + "\n");
        var values = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([1, float.NaN, 3, 4]);
        var path = _folder.Bytes("rows.npy", [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. header, .. values]);
        var spec = SpecParser.Parse(
            """
            name: twice
            data: { train: { format: numpy, features: rows.npy, target: rows.npy }, validation: { fraction: 0.5 } }
            model: { layers: [ { linear: 1 } ] }
            loss: mean_squared_error
            optimizer: { sgd: { learning_rate: 0.1 } }
            batch_size: 2
            epochs: 1
            """,
            _folder.Path).Spec!;

        Assert.Equal(
            $"data.train: '{path}' row 1 has NaN at place 0; finite numbers that fit 32-bit floats are needed.", Assert.Single(Fail(spec.Data).Problems));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void DataFileReader_EnsureItEndsWhereTheFileEndedAndAtOnceWhenNobodyWaits(int read)
    {
        var path = _folder.Bytes("file", new byte[100]);
        using var gone = new CancellationTokenSource();
        using var reader = DataFileReader.Open(path, "data.train", [], gone.Token)!;
        Assert.Equal(read, reader.Read(new byte[read]));
        using (var writer = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Write(new byte[50]);
        }

        Assert.Equal(100 - read, reader.Read(new byte[1000]));
        Assert.Equal(0, reader.Read(new byte[1000]));
        gone.Cancel();
        Assert.Throws<OperationCanceledException>(() => reader.Read(new byte[1]));
    }

    [Theory]
    [InlineData("x,y\n5\" pipe,1\n",
        "line 2: a quote stands in the middle of a cell that does not begin with one; double it and put the cell in quotes, or take it out, in '5\" pipe,1'.")]
    [InlineData("x,y\n\"5\" pipe,1\n",
        "line 2: text stands after the closing quote of a cell; double the quotes inside the cell, or put a comma between, in '\"5\" pipe,1'.")]
    [InlineData("x,y\n\u001B[31m7\u0007,1\n", "line 2, column 'x': is '\\u001B[31m7\\u0007', no number; only finite numbers are allowed.")]
    [InlineData("x,y\n\u202E7,1\n", "line 2, column 'x': is '\\u202E7', no number; only finite numbers are allowed.")]
    [InlineData("\u001Bx,y\n7,1\n", "has no column 'x' (asked for by features)")]
    [InlineData("x\0,y\n7,1\n", "is no text: byte 1 is 0. Save the table as CSV in UTF-8.")]
    [InlineData("\u001F\u008Bx", "has no column 'x'")]
    public void Load_EnsureAMessageShowsTheFilesTextButNeverItsControlCharacters(string text, string message)
    {
        var path = _folder.Text("table.csv", text);
        var problem = Fail(new DataSpec { Train = Csv(path) }).Problems[0];
        Assert.StartsWith($"data.train: '{path}' {message}", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, c => char.IsControl(c) || c == '\u202E');
    }

    public static readonly TheoryData<byte[], string> OtherFormats = new()
    {
        { TemporaryFolder.Zip([1, 2, 3]), "is a gzip file" },
        { "PK\x3\x4"u8.ToArray(), "is a zip archive" },
        { "PAR1"u8.ToArray(), "is a Parquet file" },
        { [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], "is a NumPy array" },
        { [0x28, 0xB5, 0x2F, 0xFD, 0], "is a zstd file" },
    };

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void Load_EnsureAFileOfAnotherFormatIsCalledByItsName(byte[] bytes, string name)
    {
        var path = _folder.Bytes("table.csv", bytes);
        Assert.StartsWith($"data.train: '{path}' {name}", Assert.Single(Fail(new DataSpec { Train = Csv(path) }).Problems), StringComparison.Ordinal);
    }

    /// <summary>Whatever bytes a file has, what is said of it can be printed, is short, and is of a type of ours.</summary>
    [Fact]
    public void Load_EnsureNoBytesMakeAMessageThatCannotBePrinted()
    {
        var random = new Random(14);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            var start = round % 3 == 0 ? "x,y\n1,2\n"u8.ToArray() : round % 3 == 1 ? "x,y\n\""u8.ToArray() : [];
            var path = _folder.Bytes("odd", [.. start, .. bytes.Select(b => round % 2 == 0 && b == 0 ? (byte)1 : b)]);
            var failure = Record.Exception(() => DataLoader.Load(new DataSpec { Train = Csv(path), Test = new SourceSpec.Idx(path, path) }, 1, null,
                TestContext.Current.CancellationToken));

            Assert.All(Assert.IsType<DataException>(failure).Problems, problem => Assert.DoesNotContain(problem, c => char.IsControl(c) || c == '\uFFFD'));
            Assert.All(((DataException)failure).Problems, problem => Assert.InRange(problem.Length, 1, 2500));
        }
    }

    private static SourceSpec.Csv Csv(string path) => new(path, ["x"], ["y"], new Dictionary<string, string>());

    private static DataException Fail(DataSpec spec) =>
        Assert.Throws<DataException>(() => DataLoader.Load(spec, 1, null, TestContext.Current.CancellationToken));
}
