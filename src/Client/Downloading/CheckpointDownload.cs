using Sheaf.Client.Failures;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Downloading;

/// <summary>Writes a checkpoint's chunks as files. A file gets its name when it is complete: what has its name is whole.</summary>
internal static class CheckpointDownload
{
    /// <param name="name">What a single file is called here; null: as the server calls it.</param>
    public static async Task<IReadOnlyList<(string Path, long Bytes)>> WriteAsync(
        IAsyncEnumerable<CheckpointChunk> chunks, string folder, CancellationToken cancellation, string? name = null)
    {
        var done = new List<(string, long)>();
        OutputFile? file = null;
        var (path, size, written) = ("", 0L, 0L);
        try
        {
            await foreach (var chunk in chunks)
            {
                if (chunk.File.Length > 0)
                {
                    Complete();
                    (path, size, written) = (Path.Combine(Directory.CreateDirectory(folder).FullName, name ?? SafeName(chunk.File)), chunk.Size, 0);
                    file = OutputFile.Create(path);
                }

                await (file ?? throw Broken("its first chunk names no file")).Content.WriteAsync(chunk.Data.Memory, cancellation);
                written += chunk.Data.Length;
            }

            Complete();
            return done;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.RunFailed,
                $"the checkpoint cannot be written to {(name is null ? folder : Path.Combine(folder, name))}",
                failure.Message,
                name is null ? "choose another folder with --to DIR" : "choose another file with --to FILE",
                failure);
        }
        finally
        {
            file?.Dispose();
        }

        void Complete()
        {
            if (file is null)
            {
                return;
            }

            if (written != size)
            {
                throw Broken($"{Path.GetFileName(path)} has {written} of {size} bytes");
            }

            file.Complete();
            file.Dispose();
            file = null;
            done.Add((path, written));
        }
    }

    // A server must not choose where on this machine it writes.
    private static string SafeName(string name) =>
        name.Length > 0 && name is not "." and not ".." && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0
            ? name
            : throw Broken($"'{name}' is no plain file name");

    private static CliException Broken(string why) =>
        new(ExitCode.RunFailed, "the server's answer is not a whole checkpoint", why, "try again; then look at the server's log");
}
