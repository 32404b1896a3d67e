using System.Runtime.InteropServices;
using System.Text;

namespace Sheaf.Client.Hosting;

/// <summary>
/// Standard output or standard error, written straight to its descriptor. It never throws: what it cannot write it drops, and says so once, because the end of
/// a display is not the end of the work behind it. (The run time's own stream throws on a full disk, and hides that a pipe's reader has left.) Thread-safe
/// where its writer is.
/// </summary>
/// <param name="descriptor">1 or 2.</param>
/// <param name="health">Records that output was lost; null: it is not recorded.</param>
internal sealed partial class StandardStream(int descriptor, OutputHealth? health) : Stream
{
    private const int EINTR = 4;
    private const int EBADF = 9;
    private const int EAGAIN = 11;
    private const int EPIPE = 32;
    private const int GetFlags = 3;
    private const int AccessMode = 3;
    private const short CanBeWritten = 4;

    private bool _lost = IsClosed(descriptor, health);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A writer that shows each line at once. What is no terminal gets UTF-8, whatever the locale says: scripts read it.</summary>
    public static TextWriter Writer(int descriptor, OutputHealth? health, Encoding? encoding = null)
    {
        encoding ??= new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return TextWriter.Synchronized(new StreamWriter(new StandardStream(descriptor, health), encoding, bufferSize: 4096) { AutoFlush = true });
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!_lost && buffer.Length > 0)
        {
            var written = Write(descriptor, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == EAGAIN)
            {
                var wanted = new Poll { Descriptor = descriptor, Events = CanBeWritten };
                _ = WaitFor(ref wanted, 1, -1);
            }
            else if (error != EINTR)
            {
                _lost = true;
                Tell(error, health);
            }
        }
    }

    public override void Flush()
    {
        // Nothing is kept here.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>A closed descriptor may have become that of a file that the run time reads.</summary>
    private static bool IsClosed(int descriptor, OutputHealth? health)
    {
        var flags = Control(descriptor, GetFlags, 0);
        if (flags >= 0 && (flags & AccessMode) != 0)
        {
            return false;
        }

        Tell(EBADF, health);
        return true;
    }

    private static void Tell(int error, OutputHealth? health)
    {
        if (error == EPIPE)
        {
            health?.Leave();
        }
        else
        {
            health?.Fail(error == EBADF ? "it is closed" : Marshal.GetPInvokeErrorMessage(error));
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ref byte bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int WaitFor(ref Poll descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
