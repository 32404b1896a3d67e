using System.Text;

namespace Sheaf.Client.Running;

/// <summary>The end of a log file, for an error message.</summary>
internal static class LogTail
{
    private const int MostBytes = 16 * 1024;

    /// <summary>
    /// Without frames of call stacks, at most <paramref name="count"/> of the last lines that were written after byte <paramref name="from"/>; empty where
    /// there is no file.
    /// </summary>
    public static IReadOnlyList<string> Read(string path, int count, long from = 0)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(Math.Max(from, file.Length - MostBytes), SeekOrigin.Begin);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("   at ", StringComparison.Ordinal))
                .TakeLast(count)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
