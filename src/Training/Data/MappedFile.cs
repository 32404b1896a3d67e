using System.IO.MemoryMappedFiles;

namespace Sheaf.Training.Data;

/// <summary>
/// A file in the address space of the process, to read. What is not referred to any more is unmapped; the file may be renamed or deleted before.
/// </summary>
internal sealed unsafe class MappedFile
{
    /// <summary>The handle unmaps the file when it is collected.</summary>
    private readonly MemoryMappedViewAccessor _view;

    /// <exception cref="IOException">It cannot be mapped.</exception>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public MappedFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        (Path, Length) = (path, stream.Length);
        if (Length == 0)
        {
            throw new InvalidDataException($"'{path}' is empty.");
        }

        using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
    }

    /// <summary>Where it was when it was mapped.</summary>
    public string Path { get; }

    public long Length { get; }

    /// <summary>Valid as long as this object is referred to.</summary>
    public byte* Start => (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;
}
