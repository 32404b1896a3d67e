using System.Security.Cryptography;
using System.Text.Json;

namespace Sheaf.Client.Backups;

/// <summary>Copies whole checkpoints from one directory to another. A copy gets its name when every file of it has the SHA-256 of its manifest.</summary>
internal static class CheckpointCopies
{
    private const string Manifest = "manifest.json";

    /// <returns>How many were copied that were not there, and their bytes.</returns>
    /// <exception cref="InvalidDataException">A checkpoint is damaged.</exception>
    public static async Task<(int Count, long Bytes)> CopyAsync(string from, string to, CancellationToken cancellation)
    {
        var (count, bytes) = (0, 0L);
        foreach (var folder in Directory.Exists(from) ? Directory.GetDirectories(from).SelectMany(Directory.GetDirectories) : [])
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, folder));
            if (Directory.Exists(target) || !File.Exists(Path.Combine(folder, Manifest)))
            {
                continue;
            }

            var half = target + ".copying";
            try
            {
                Delete(half);
                bytes += await CopyOneAsync(folder, Directory.CreateDirectory(half).FullName, cancellation);
                Directory.Move(half, target);
                count++;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // A run that goes on has deleted it: it has a newer one.
                Delete(half);
            }
        }

        return (count, bytes);
    }

    private static async Task<long> CopyOneAsync(string from, string to, CancellationToken cancellation)
    {
        var bytes = 0L;
        var text = await File.ReadAllBytesAsync(Path.Combine(from, Manifest), cancellation);
        using var manifest = JsonDocument.Parse(text);
        foreach (var file in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            var name = Path.GetFileName(file.GetProperty("name").GetString()!);
            await using var source = File.OpenRead(Path.Combine(from, name));
            await using var copy = new FileStream(Path.Combine(to, name), FileMode.CreateNew, FileAccess.ReadWrite);
            await source.CopyToAsync(copy, cancellation);
            copy.Flush(flushToDisk: true);
            copy.Position = 0;
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancellation)) != file.GetProperty("sha256").GetString())
            {
                throw new InvalidDataException($"{Path.Combine(from, name)} is not the file of its manifest");
            }

            bytes += copy.Length;
        }

        await File.WriteAllBytesAsync(Path.Combine(to, Manifest), text, cancellation);
        return bytes + text.Length;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
