namespace Sheaf.Surroundings;

/// <summary>A file that has a few lines: a device or a pipe in its place, which may have no end, is read no further than such a file is long.</summary>
public static class ShortFile
{
    /// <param name="most">Bytes.</param>
    /// <exception cref="IOException">It cannot be read, or is longer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static byte[] Read(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var content = new byte[Math.Min(most, file.CanSeek && file.Length > 0 ? file.Length : most) + 1];
        var read = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return read <= most
            ? content[..read]
            : throw new IOException($"it has more than {most} bytes");
    }

    /// <summary>UTF-8, with or without a byte order mark.</summary>
    /// <inheritdoc cref="Read"/>
    public static string ReadText(string path, int most)
    {
        using var text = new StreamReader(new MemoryStream(Read(path, most)));
        return text.ReadToEnd();
    }
}
