using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Sheaf.Surroundings;

namespace Sheaf.Training.Data;

/// <summary>
/// Reads a file once from front to back and hashes what is handed out, so that the hash is of the very bytes that were parsed.
/// </summary>
internal sealed class DataFileReader : Stream
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _lengthAtStart;
    private readonly DateTime _writtenAtStart;
    private readonly byte[] _tail = new byte[8];
    private readonly CancellationToken _cancel;
    private long _position;

    private DataFileReader(string path, SafeFileHandle handle, CancellationToken cancel)
    {
        _path = path;
        _cancel = cancel;
        _handle = handle;
        _lengthAtStart = RandomAccess.GetLength(handle);
        _writtenAtStart = File.GetLastWriteTimeUtc(handle);
    }

    /// <summary>Null, with a problem added, where the file cannot be opened. <paramref name="role"/> says what the file is to the spec.</summary>
    public static DataFileReader? Open(string path, string role, ICollection<string> problems, CancellationToken cancel)
    {
        if (FileKind.Other(path) is { } kind)
        {
            problems.Add($"{role}: '{path}' is {kind}, no regular file; give the path of a file.");
            return null;
        }

        try
        {
            return new DataFileReader(path, File.OpenHandle(path, options: FileOptions.SequentialScan), cancel);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add($"{role}: '{path}' does not exist; check the path, and that this machine has the file.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add($"{role}: '{path}' cannot be read: {exception.Message}");
        }

        return null;
    }

    /// <summary>The last 8 bytes that were read.</summary>
    public ReadOnlySpan<byte> Tail => _tail;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _lengthAtStart;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Looks, without reading.</summary>
    public bool StartsWith(ReadOnlySpan<byte> bytes)
    {
        Span<byte> start = stackalloc byte[bytes.Length];
        return Peek(start) == bytes.Length && start.SequenceEqual(bytes);
    }

    /// <summary>Looks at the beginning, without reading.</summary>
    public int Peek(Span<byte> start) => RandomAccess.Read(_handle, start, 0);

    public override int Read(Span<byte> buffer)
    {
        _cancel.ThrowIfCancellationRequested();

        // Not beyond the length that it had: a file that somebody goes on writing has no end. Finish tells.
        var left = (int)Math.Min(buffer.Length, _lengthAtStart - _position);
        var read = left > 0 ? RandomAccess.Read(_handle, buffer[..left], _position) : 0;
        _hash.AppendData(buffer[..read]);
        _position += read;
        var kept = Math.Min(read, _tail.Length);
        _tail.AsSpan(kept).CopyTo(_tail);
        buffer.Slice(read - kept, kept).CopyTo(_tail.AsSpan(_tail.Length - kept));
        return read;
    }

    /// <summary>Reads what is left.</summary>
    public void Drain()
    {
        var rest = new byte[1 << 16];
        while (Read(rest) > 0)
        {
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads what is left, and says what file this was. Adds a problem where it changed since it was opened.</summary>
    public DataFile Finish(ICollection<string> problems)
    {
        Drain();
        if (_position != _lengthAtStart || RandomAccess.GetLength(_handle) != _lengthAtStart || File.GetLastWriteTimeUtc(_handle) != _writtenAtStart)
        {
            problems.Add($"'{_path}' changed while it was read ({_lengthAtStart} bytes at first, then {RandomAccess.GetLength(_handle)}); wait until its "
                + "writer is done.");
        }

        return new DataFile(_path, Convert.ToHexStringLower(_hash.GetHashAndReset()), _position);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
