namespace Sheaf.Surroundings;

/// <summary>
/// A file that a user named for a result. It gets its name when it is complete, and what stood there before stays until then; a pipe or a device is never
/// replaced, but written as it is, and a link stays a link. Used by one thread at a time.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private const string Unfinished = ".partial";

    private readonly string _path;
    private readonly FileStream _file;
    private string? _partial;

    private OutputFile(string path, string? partial)
    {
        (_path, _partial) = (path, partial);
        _file = partial is null
            ? new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
            : new(partial, FileMode.Create, FileAccess.Write, FileShare.None);
    }

    /// <summary>To write into.</summary>
    public Stream Content => _file;

    /// <summary>Begins it, beside what stands there.</summary>
    /// <exception cref="IOException">It is a folder, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static OutputFile Create(string path) => FileKind.Other(path) switch
    {
        null when Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder) => throw new IOException($"there is no folder {folder}"),
        null => Whole(Target(path)),
        "a folder" => throw new IOException($"{path} is a folder; name a file in it"),
        _ => new(path, null),
    };

    /// <summary>Writes all of it at once.</summary>
    /// <exception cref="IOException">It is a folder, or cannot be written: what stood there stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = Create(path);
        file.Content.Write(content);
        file.Complete();
    }

    /// <summary>Gives it its name.</summary>
    public void Complete()
    {
        _file.Dispose();
        if (_partial is { } partial)
        {
            File.Move(partial, _path, overwrite: true);
            _partial = null;
        }
    }

    /// <summary>Takes away what is not complete.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            // What is still to be written does not fit either; nobody wants it any more.
        }

        try
        {
            if (_partial is { } partial)
            {
                File.Delete(partial);
            }
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The failure that led here says why.
        }
    }

    private static OutputFile Whole(string path) => new(path, path + Unfinished);

    private static string Target(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
}
