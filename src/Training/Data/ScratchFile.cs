using Microsoft.Win32.SafeHandles;

namespace Sheaf.Training.Data;

/// <summary>A file that is written once from front to back and then mapped. No other object sees it before that; it is deleted with its owner.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly long _room;
    private bool _isMapped;

    /// <param name="path">Is made, or emptied.</param>
    /// <param name="room">Bytes that fit, as on a disk that is nearly full.</param>
    public ScratchFile(string path, long room = long.MaxValue)
    {
        (_path, _room) = (path, room);

        // Held alone while it is written, so that whoever clears up tells it from what a killed process left.
        _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    public long Length { get; private set; }

    /// <exception cref="IOException">The disk is full, or fails; what was there before still is.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _room - Length)
        {
            throw new IOException("No space left on device");
        }

        RandomAccess.Write(_handle, bytes, Length);
        Length += bytes.Length;
    }

    public void ReadAll(Span<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(_handle, bytes[done..], done);
            done += read > 0 ? read : throw new EndOfStreamException($"'{_path}' ends at byte {done}.");
        }
    }

    /// <summary>To read from now on. It has no name any more unless somebody keeps it (<see cref="DataCache"/>).</summary>
    public MappedFile Map()
    {
        _handle.Dispose();
        _isMapped = true;
        return new(_path);
    }

    public void Dispose()
    {
        if (!_isMapped)
        {
            _handle.Dispose();
            File.Delete(_path);
        }
    }
}
