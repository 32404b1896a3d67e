using System.IO.MemoryMappedFiles;

namespace Sheaf.Training.Data;

/// <summary>A file in the address space of the process, to read. What is not referred to any more is unmapped; the file may be renamed or deleted
/// before.</summary>
internal sealed unsafe class MappedFile
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly bool _isAcquired;

    /// <exception cref="IOException">It cannot be mapped, or is empty.</exception>
    public MappedFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        (Path, Length) = (path, stream.Length);
        if (Length == 0)
        {
            throw new InvalidDataException($"'{path}' is empty.");
        }

        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start + _view.PointerOffset;
        _isAcquired = true;
    }

    /// <summary>The mapping is of what is read at random in no order: the system reads as far ahead as it likes.</summary>
    ~MappedFile()
    {
        if (_isAcquired)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view?.Dispose();
        _file?.Dispose();
    }

    /// <summary>Where it was when it was mapped.</summary>
    public string Path { get; }

    public long Length { get; }

    public byte* Start { get; }
}
