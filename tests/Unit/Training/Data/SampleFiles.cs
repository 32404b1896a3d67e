using System.IO.Compression;
using System.Text;
using Parquet;
using Parquet.Schema;
using Sheaf.Specs;
using SkiaSharp;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>A small sound file of every format that is read, and the source that reads it from a folder.</summary>
internal static class SampleFiles
{
    private static readonly Lazy<byte[]> Table = new(() => WriteParquet().GetAwaiter().GetResult());

    public static IReadOnlyList<string> Formats { get; } =
        ["idx", "idx.gz", "idx.floats", "cifar10", "png", "jpeg", "gif", "webp", "bmp", "npy", "npz", "csv", "csv.dialect", "parquet", "text", "text.bytes"];

    /// <summary>The files of a format by their names; the first is the one to spoil.</summary>
    public static (string Name, byte[] Bytes)[] Of(string format)
    {
        switch (format)
        {
            case "idx":
                return [("images", Idx([4, 2, 2], [.. Enumerable.Range(0, 16).Select(i => (byte)i)])), ("labels", Idx([4], [0, 1, 2, 1]))];
            case "idx.gz":
                return [("images", TemporaryFolder.Zip(Of("idx")[0].Bytes)), ("labels", Idx([4], [0, 1, 2, 1]))];
            case "idx.floats":
                var header = Idx([4, 3], []);
                header[2] = 0x0D;
                return [("images", [.. header, .. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes(i * 0.5f).Reverse())]),
                    ("labels", Idx([4], [0, 1, 2, 1]))];
            case "cifar10":
                return [("batch.bin", [.. Enumerable.Range(0, 3).SelectMany(row => new byte[3073].Select((_, i) => i == 0 ? (byte)row : (byte)(i * row)))])];
            case "png" or "jpeg" or "gif" or "webp" or "bmp":
                return [($"pictures/a/1.{format}", Picture(format, 1)), ("pictures/a/2.png", Picture("png", 2)), ("pictures/b/1.png", Picture("png", 3))];
            case "npy":
                return [("x.npy", Npy("<f4", "4, 3", Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes(i * 0.5f)))), ("y.npy",
                    Npy("<i8", "4,", Enumerable.Range(0, 4).SelectMany(i => BitConverter.GetBytes(i % 2L))))];
            case "npz":
                return [("xy.npz", Npz())];
            case "csv":
                return [("t.csv", Encoding.UTF8.GetBytes("x,z,kind,y\n1,2,a,0\n-3e1,4.5,\"b, c\",1\n5,6,a,0\n7,8,d,1\n"))];
            case "csv.dialect":
                return [("t.csv", Encoding.UTF8.GetBytes("\uFEFFx;z;kind;y # what\r\n1,5;?;a;0\r\n3;4,5;\"b \"\"c\"\"\";1\r\n\r\n5;6;a;0\r\n"))];
            case "parquet":
                return [("t.parquet", Table.Value)];
            default:
                return [("t.txt", Encoding.UTF8.GetBytes("The quick brown fox, \u00e9t\u00e9 \U0001F600.\nJumps over the lazy dog.\n"))];
        }
    }

    /// <summary>What reads them from a folder.</summary>
    public static SourceSpec Source(string format, string folder)
    {
        string At(string name) => Path.Combine(folder, name);
        var nothing = new Dictionary<string, string>();
        return format switch
        {
            "idx" or "idx.gz" or "idx.floats" => new SourceSpec.Idx(At("images"), At("labels")),
            "cifar10" => new SourceSpec.Cifar10([At("batch.bin")]),
            "png" or "jpeg" or "gif" or "webp" or "bmp" => new SourceSpec.ImageFolder(At("pictures"), 6, 6, 3, ImageFit.Crop),
            "npy" => new SourceSpec.Numpy(At("x.npy"), At("y.npy")),
            "npz" => new SourceSpec.Numpy(At("xy.npz#x"), At("xy.npz#y")),
            "csv" => new SourceSpec.Csv(At("t.csv"), ["x", "z", "kind"], ["y"], nothing) { OneHot = ["kind"] },
            "csv.dialect" => new SourceSpec.Csv(At("t.csv"), ["x", "z"], ["y"], nothing)
            {
                Delimiter = CsvDelimiter.Semicolon,
                Decimal = CsvDecimal.Comma,
                Comment = CsvComment.Hash,
                Missing = new(["?"], MissingFill.Mean),
            },
            "parquet" => new SourceSpec.Csv(At("t.parquet"), ["x", "kind"], ["y"], nothing)
            {
                IsParquet = true, OneHot = ["kind"],
                Missing = new([], MissingFill.Median)
            },
            "text" => new SourceSpec.Text(At("t.txt"), TextUnit.Character, 4, 2, TextTarget.Each, UnseenCharacter.Refuse),
            _ => new SourceSpec.Text(At("t.txt"), TextUnit.Byte, 4, 4, TextTarget.Next, UnseenCharacter.Refuse),
        };
    }

    public static void Write(string folder, IEnumerable<(string Name, byte[] Bytes)> files)
    {
        foreach (var (name, bytes) in files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    public static byte[] Idx(int[] shape, byte[] data) => TemporaryFolder.IdxBytes(shape, data);

    public static byte[] Npy(string type, string shape, IEnumerable<byte> data, string order = "False")
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {order}, 'shape': ({shape}), }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header, .. data];
    }

    public static byte[] Picture(string format, int salt, int side = 8)
    {
        using var bitmap = new SKBitmap(side, side);
        for (var place = 0; place < side * side; place++)
        {
            bitmap.SetPixel(place % side, place / side, new((byte)(place * salt * 7), (byte)(place * 3), (byte)(salt * 20)));
        }

        // Skia writes neither of these two.
        if (format == "bmp")
        {
            return Bmp(side);
        }

        if (format == "gif")
        {
            return [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
        }

        using var data = bitmap.Encode(
            format switch { "png" => SKEncodedImageFormat.Png, "webp" => SKEncodedImageFormat.Webp, _ => SKEncodedImageFormat.Jpeg }, 90);
        return data.ToArray();
    }

    private static byte[] Bmp(int side)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("BM"u8);
        writer.Write(54 + (side * side * 4));
        writer.Write(0);
        writer.Write(54);
        writer.Write(40);
        writer.Write(side);
        writer.Write(side);
        writer.Write((short)1);
        writer.Write((short)32);
        Array.ForEach(new int[6], writer.Write);
        Array.ForEach([.. Enumerable.Range(0, side * side)], place => writer.Write(place * 0x010305));
        return stream.ToArray();
    }

    private static byte[] Npz()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in new[] { ("x.npy", Of("npy")[0].Bytes), ("y.npy", Of("npy")[1].Bytes) })
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    private static async Task<byte[]> WriteParquet()
    {
        using var stream = new MemoryStream();
        DataField[] fields = [new DataField<double?>("x"), new DataField<string>("kind"), new DataField<int>("y")];
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<double>(fields[0], new double?[] { 1, null, 2.5 }.AsMemory());
            await group.WriteAsync(fields[1], ["a", "b", "a"]);
            await group.WriteAsync<int>(fields[2], new[] { 0, 1, 1 }.AsMemory());
        }

        return stream.ToArray();
    }
}
