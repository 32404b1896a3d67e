using System.Buffers.Binary;
using System.IO.Compression;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>A folder of its own for one test, with writers for the formats that the loader reads.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sheaf-data-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string Text(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public string Bytes(string name, byte[] bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    public string Idx(string name, int[] shape, byte[] data, bool zipped = false) =>
        Bytes(name, zipped ? Zip(IdxBytes(shape, data)) : IdxBytes(shape, data));

    public static byte[] IdxBytes(int[] shape, byte[] data)
    {
        var header = new byte[4 + (4 * shape.Length)];
        header[2] = 0x08;
        header[3] = (byte)shape.Length;
        for (var index = 0; index < shape.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * index)), shape[index]);
        }

        return [.. header, .. data];
    }

    public static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return zipped.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
