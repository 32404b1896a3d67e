using System.Text;
using System.Text.RegularExpressions;
using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>Spoiled inputs of every format: each is refused by a message that names the file, the place where there is one, and what would be right.</summary>
public sealed partial class SpoiledInputTests : IDisposable
{
    /// <summary>Format, what is wrong, how the sound file is changed, and what the message says of it.</summary>
    private static readonly (string Format, string Wrong, Func<byte[], byte[]> Spoil, string Says)[] Cases =
    [
        .. Everywhere("idx", "is not an IDX file: it begins with"),
        ("idx", "cut in its header", b => b[..9], "is truncated: it ends inside its header of 16 bytes"),
        ("idx", "cut in its data", b => b[..^3], "is truncated: its header says 4 x 2 x 2 = 16 bytes of data"),
        ("idx", "bytes after its end", b => [.. b, 1, 2], "has 2 bytes after the data that its header announces"),
        ("idx", "no type", b => With(b, 2, 0x0F), "unknown type 0x0F at byte 2; known are"),
        ("idx", "no dimensions", b => With(b, 3, 0), "has 0 dimensions; features have 2 to 8"),
        ("idx", "labels in place of images", _ => SampleFiles.Idx([4], [0, 1, 2, 3]), "has 1 dimensions (these look like labels)"),
        ("idx", "a huge dimension", b => With(b, 4, 0x7F), "more than a file of its size can hold"),
        ("idx", "dimensions beyond 64 bits", _ => SampleFiles.Idx([-1, -1, -1, -1], []), "more than a file of its size can hold"),
        ("idx", "no rows", _ => SampleFiles.Idx([0, 2, 2], []), "has no data: its header says 0 x 2 x 2"),
        ("idx", "another number of images", _ => SampleFiles.Idx([5, 2, 2], new byte[20]), "has 5 images, but"),
        ("idx.gz", "cut", b => b[..^6], "is damaged or truncated gzip"),
        ("idx.gz", "another checksum", b => With(b, b.Length - 6, (byte)(b[^6] ^ 1)), "is damaged or truncated gzip"),
        ("idx.gz", "altered inside", b => With(b, b.Length / 2, (byte)(b[b.Length / 2] ^ 0x10)), "is damaged or truncated gzip"),
        ("idx.gz", "something after it", b => [.. b, 1, 2, 3], "is damaged or truncated gzip"),
        ("idx.gz", "nothing in it", _ => TemporaryFolder.Zip([]), "it begins with nothing (it is empty)"),
        ("idx.gz", "a bomb", _ => TemporaryFolder.Zip(SampleFiles.Idx([60000, 3000, 3000], [1])), "more than a file of its size can hold"),
        ("idx.gz", "only its magic", b => b[..2], "it begins with nothing"),
        ("idx.floats", "cut in a number", b => b[..^2], "is truncated: its header says 4 x 3 x 4 = 48 bytes"),
        ("idx.floats", "NaN", b => [.. b[..12], 0x7F, 0xC0, 0, 0, .. b[16..]], "row 0 has NaN at place 0; finite numbers"),
        ("idx.floats", "infinity", b => [.. b[..^4], 0x7F, 0x80, 0, 0], "row 3 has Infinity at place 2; finite numbers"),
        ("idx.floats", "nine dimensions", b => With(b, 3, 9), "has 9 dimensions; features have 1 to 8"),

        .. Everywhere("cifar10", "a file of CIFAR-10's binary version has one or more records of 3073 bytes"),
        ("cifar10", "cut in a record", b => b[..^1], "has 9218 bytes; a file of CIFAR-10's"),
        ("cifar10", "a label out of range", b => With(b, 3073, 10), "record 1, byte 3073: the label is 10; allowed: 0 to 9"),
        ("cifar10", "the Python version", _ => "\u0080\u0003}q\0(X\v\0\0\0batch_labelq"u8.ToArray(), "a file of CIFAR-10's binary version"),

        .. Pictures("png"), .. Pictures("jpeg"), .. Pictures("webp"), .. Pictures("bmp"), .. Pictures("gif"),
        ("png", "altered inside", b => With(b, b.Length - 30, (byte)(b[^30] ^ 4)), "1.png' is"),
        ("png", "a size of four thousand million", b => [.. b[..16], 0xFF, 0xFF, 0xFF, 0xFF, .. b[20..]], "1.png' is"),
        ("png", "a huge size", b => [.. b[..16], 0, 0, 0x50, 0, 0, 0, 0x50, 0, .. b[24..]], "1.png' is"),
        ("jpeg", "without its end", b => b[..^12], "1.jpeg' is"),
        ("bmp", "a huge size", b => [.. b[..18], 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0, .. b[26..]], "1.bmp' "),

        .. Everywhere("npy", "it does not begin with \\x93NUMPY. Save it with numpy.save"),
        ("npy", "cut in its header", b => b[..30], "ends before its array does"),
        ("npy", "cut in its numbers", b => b[..^1], "has 47 bytes of numbers; its shape (4, 3) of '<f4' needs 48"),
        ("npy", "numbers after its end", b => [.. b, 0], "has 49 bytes of numbers"),
        ("npy", "a version of the future", b => With(b, 6, 9), "in version 9 of the format"),
        ("npy", "a header of two thousand million bytes", b => [.. b[..6], 2, 0, 0xFF, 0xFF, 0xFF, 0x7F, .. b[10..]], "has a header of 2147483647 bytes"),
        ("npy", "objects", _ => SampleFiles.Npy("|O", "4, 3", new byte[12]), "has the type '|O'; allowed: floats of 16, 32 and 64 bits"),
        ("npy", "complex numbers", _ => SampleFiles.Npy("<c8", "4, 3", new byte[96]), "has the type '<c8'"),
        ("npy", "columns first", _ => SampleFiles.Npy("<f4", "4, 3", new byte[48], "True"), "save numpy.ascontiguousarray(a)"),
        ("npy", "a record", b => Replaced(b, "'<f4'", "[('a',"), "has a header that is not NumPy's"),
        ("npy", "a huge shape", _ => SampleFiles.Npy("<f4", "999999999, 999999999", new byte[48]), "more numbers than are held in memory"),
        ("npy", "a shape beyond 32 bits", _ => SampleFiles.Npy("<f4", "99999999999", new byte[48]), "more numbers than are held in memory"),
        ("npy", "no rows", _ => SampleFiles.Npy("<f4", "0, 3", []), "has the shape (0, 3); allowed"),
        ("npy", "no dimensions", _ => SampleFiles.Npy("<f4", "", new byte[4]), "has the shape (); allowed"),
        ("npy", "another number of rows", _ => SampleFiles.Npy("<f4", "5, 1", new byte[20]), "has 5 rows, and"),
        ("npy", "NaN", b => [.. b[..^4], 0, 0, 0xC0, 0x7F], "row 3 has NaN at place 2; finite numbers"),
        ("npy", "too large for a float", _ => SampleFiles.Npy("<f8", "4,", Enumerable.Repeat(BitConverter.GetBytes(1e300), 4).SelectMany(each => each)),
            "row 0 has Infinity at place 0"),

        .. Everywhere("npz", "is no archive of NumPy's"),
        ("npz", "cut", b => b[..^20], "is no archive of NumPy's"),
        ("npz", "a zip of something else", _ => Zip("notes.txt", "hello"u8.ToArray()), "has no array 'x'; it has notes"),
        ("npz", "a zip of nothing", _ => Zip(null, []), "has no array 'x'; it has ."),
        ("npz", "an array that is none", _ => Zip("x.npy", "hello, world"u8.ToArray()), "it does not begin with \\x93NUMPY"),

        ("csv", "empty", _ => [], "is empty; a header with the columns' names is needed"),
        ("csv", "only a header", _ => "x,z,kind,y\n"u8.ToArray(), "has a header but no rows"),
        ("csv", "a column twice", b => Replaced(b, "x,z,kind,y", "x,x,kind,y"), "has the column 'x' (asked for by features) twice"),
        ("csv", "a column misspelt", b => Replaced(b, "kind", "kinds"), "has no column 'kind' (asked for by features); did you mean 'kinds'?"),
        ("csv", "a cell too many", b => Replaced(b, "5,6,a,0", "5,6,a,0,9"), "line 4: has 5 cells; the header has 4"),
        ("csv", "a cell too few", b => Replaced(b, "5,6,a,0", "5,6,a"), "line 4: has 3 cells; the header has 4"),
        ("csv", "a word for a number", b => Replaced(b, "5,6,a", "5,six,a"), "line 4, column 'z': is 'six', no number; only finite numbers are allowed"),
        ("csv", "an empty cell", b => Replaced(b, "5,6,a", ",6,a"), "line 4, column 'x': is empty; only finite numbers are allowed"),
        ("csv", "NaN", b => Replaced(b, "5,6,a", "NaN,6,a"), "line 4, column 'x': is 'NaN'"),
        ("csv", "infinity", b => Replaced(b, "5,6,a,0", "5,6,a,-Infinity"), "line 4, column 'y': is '-Infinity'"),
        ("csv", "beyond a float", b => Replaced(b, "5,6,a", "1e39,6,a"), "line 4, column 'x': 1E+39 is too large for 32-bit floats"),
        ("csv", "beyond a double", b => Replaced(b, "5,6,a", "1e999,6,a"), "line 4, column 'x': is '1e999'"),
        ("csv", "a decimal comma in quotes", b => Replaced(b, "4.5", "\"4,5\""), "line 3, column 'z': is '4,5', no number"),
        ("csv", "an unclosed quote", b => Replaced(b, "5,6,a", "5,6,\"a"), "line 4: "),
        ("csv", "a stray quote", b => Replaced(b, "5,6,a", "5\",6,a"), "line 4: a quote stands in the middle of a cell"),
        ("csv", "another delimiter", b => Replaced(b, ",", ";"), "has no column 'x' (asked for by features)"),
        ("csv", "gzip", TemporaryFolder.Zip, "is a gzip file; csv is read as plain text: unpack it"),
        ("csv", "a spreadsheet", _ => Zip("xl/workbook.xml", "<a/>"u8.ToArray()), "is a zip archive (Excel's .xlsx is one, too)"),
        ("csv", "zstd", b => [0x28, 0xB5, 0x2F, 0xFD, .. b], "is a zstd file"),
        ("csv", "xz", b => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, .. b], "is an xz file"),
        ("csv", "bzip2", b => [0x42, 0x5A, 0x68, .. b], "is a bzip2 file"),
        ("csv", "Parquet", _ => SampleFiles.Of("parquet")[0].Bytes, "is a Parquet file; say format: parquet"),
        ("csv", "a NumPy array", _ => SampleFiles.Of("npy")[0].Bytes, "is a NumPy array; save the table as CSV"),
        ("csv", "a picture", _ => SampleFiles.Picture("png", 1), "is no text: byte"),
        ("csv.dialect", "a decimal point", b => Replaced(b, "1,5;?", "1.5;?"),
            "line 2, column 'x': is '1.5', no number; only finite numbers with a decimal comma"),
        ("csv.dialect", "points between thousands", b => Replaced(b, "1,5;?", "1.000,5;?"), "line 2, column 'x': is '1.000,5', no number"),
        ("csv.dialect", "a column without any value", b => Replaced(Replaced(b, "4,5", "?"), "5;6", "5;"), "column 'z' has no value in any training row"),
        ("csv.dialect", "no target anywhere", b => Replaced(Replaced(b, "a;0", "a;?"), ";1\r", ";?\r"),
            "has no row without a missing value: column 'y' misses 3"),

        .. Everywhere("parquet", "cannot be read as Parquet"),
        ("parquet", "cut", b => b[..^9], "cannot be read as Parquet"),
        ("parquet", "without its magic at the end", b => With(b, b.Length - 1, 0), "cannot be read as Parquet"),
        ("parquet", "a footer of two thousand million bytes", b => [.. b[..^8], 0xFF, 0xFF, 0xFF, 0x7F, .. b[^4..]], "cannot be read as Parquet"),
        ("parquet", "a list in its footer that is longer than the file", Endless, "its footer is damaged at byte"),
        ("parquet", "CSV", _ => SampleFiles.Of("csv")[0].Bytes, "cannot be read as Parquet"),

        ("text", "empty", _ => [], "has 0 characters; a row needs 5, its context and what follows it"),
        ("text", "one character too short", _ => "abcd"u8.ToArray(), "has 4 characters; a row needs 5"),
        ("text", "another encoding", _ => Encoding.Latin1.GetBytes("Das Übel ist groß"),
            "is no text in UTF-8: byte 4 is DC, which begins no character there"),
        ("text", "cut in a character", b => b[..22], "is no text in UTF-8: byte 21"),
        ("text", "a picture", _ => SampleFiles.Picture("jpeg", 1), "is no text in UTF-8: byte 0 is FF"),
        ("text.bytes", "empty", _ => [], "has 0 bytes; a row needs 5"),
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Inputs
    {
        get
        {
            var inputs = new TheoryData<string, string>();
            Array.ForEach(Cases, each => inputs.Add(each.Format, each.Wrong));
            return inputs;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Table_HasAHundredInputsOfEveryFormat()
    {
        Assert.InRange(Cases.Length, 100, int.MaxValue);
        Assert.Equal(SampleFiles.Formats.Order(), Cases.Select(each => each.Format).Distinct().Order());
        Assert.Equal(Cases.Length, Cases.Select(each => (each.Format, each.Wrong)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Load_OfASpoiledInputNamesTheFileAndWhatIsWrong(string format, string wrong)
    {
        var (_, _, spoil, says) = Cases.Single(each => each.Format == format && each.Wrong == wrong);
        var files = SampleFiles.Of(format);
        var data = new DataSpec { Train = SampleFiles.Source(format, _folder.Path) };
        SampleFiles.Write(_folder.Path, files);
        DataLoader.Load(data, 1, null, TestContext.Current.CancellationToken);
        File.WriteAllBytes(_folder.At(files[0].Name), spoil(files[0].Bytes));

        var failure = Assert.Throws<DataException>(() => DataLoader.Load(data, 1, null, TestContext.Current.CancellationToken));

        Assert.Contains(failure.Problems,
            problem => problem.Contains(says, StringComparison.Ordinal) && problem.Contains(_folder.Path, StringComparison.Ordinal));
        Assert.All(failure.Problems, problem =>
        {
            Assert.StartsWith("data.train", problem, StringComparison.Ordinal);
            Assert.Matches(Sentence(), problem);
        });
    }

    /// <summary>What is wrong with a file of any format.</summary>
    private static (string Format, string Wrong, Func<byte[], byte[]> Spoil, string Says)[] Everywhere(string format, string says) =>
    [
        (format, "empty", _ => [], format == "npz" ? "is no archive of NumPy's" : format == "cifar10" ? "has 0 bytes" : says),
        (format, "a text", _ => "This is a text, and nothing else at all."u8.ToArray(), says),
        (format, "another magic", b => format == "cifar10" ? [.. b, 1] : [(byte)(b[0] ^ 0x20), .. b[1..]], says),
    ];

    private static (string Format, string Wrong, Func<byte[], byte[]> Spoil, string Says)[] Pictures(string format) =>
    [
        (format, "empty", _ => [], $"1.{format}' is no picture that can be decoded; allowed: PNG, JPEG, BMP, WebP, GIF"),
        (format, "a text", _ => "no picture at all"u8.ToArray(), $"1.{format}' is no picture that can be decoded"),
        (format, "another magic", b => [(byte)(b[0] ^ 0x20), .. b[1..]], $"1.{format}' is no picture that can be decoded"),
        (format, "cut", b => b[..(b.Length * 2 / 3)], $"1.{format}' is"),
    ];

    private static byte[] With(byte[] bytes, int place, byte value)
    {
        byte[] changed = [.. bytes];
        changed[place] = value;
        return changed;
    }

    private static byte[] Replaced(byte[] bytes, string old, string with) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(old, with, StringComparison.Ordinal));

    /// <summary>A footer whose one field, unknown to Parquet, is a list of two thousand million structures.</summary>
    private static byte[] Endless(byte[] sound)
    {
        byte[] footer = [0x89, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, 0];
        return [.. sound[..4], .. footer, (byte)footer.Length, 0, 0, 0, .. "PAR1"u8];
    }

    private static byte[] Zip(string? name, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            if (name is not null)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>It ends as a sentence does, or with what a library said.</summary>
    [GeneratedRegex(@"^data\.train[a-z.]*: .*\S$", RegexOptions.Singleline)]
    private static partial Regex Sentence();
}
