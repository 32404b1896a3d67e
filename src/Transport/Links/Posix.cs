using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sheaf.Transport.Links;

/// <summary>
/// The few system calls (Linux) that <see cref="System.Net.Sockets.Socket"/> lacks or hides: waiting for many sockets and a wake-up at once without allocation,
/// and reading and writing several pieces of native memory in one call. All are for non-blocking descriptors.
/// </summary>
internal static unsafe partial class Posix
{
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const int EIntr = 4;
    public const int EAgain = 11;

    private const int EfdNonBlocking = 0x800;
    private const int EfdCloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public void* Start;
        public nuint Length;
    }

    public static int CreateEvent()
    {
        var fd = eventfd(0, EfdNonBlocking | EfdCloseOnExec);
        return fd >= 0 ? fd : throw new IOException($"eventfd failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Two connected local sockets, both blocking.</summary>
    public static (Socket Near, Socket Far) CreatePair()
    {
        const int Unix = 1;
        const int StreamCloseOnExec = 1 | EfdCloseOnExec;
        var pair = stackalloc int[2];
        return socketpair(Unix, StreamCloseOnExec, 0, pair) == 0
            ? (new(new SafeSocketHandle(pair[0], ownsHandle: true)), new(new SafeSocketHandle(pair[1], ownsHandle: true)))
            : throw new IOException($"socketpair failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public static void Signal(int eventFd)
    {
        ulong one = 1;
        _ = write(eventFd, &one, sizeof(ulong));
    }

    public static void Drain(int eventFd)
    {
        ulong count;
        _ = read(eventFd, &count, sizeof(ulong));
    }

    public static void Close(int fd) => _ = close(fd);

    /// <summary>Waits without limit; returns early on a signal.</summary>
    public static void Poll(Span<PollFd> descriptors)
    {
        fixed (PollFd* first = descriptors)
        {
            if (poll(first, (nuint)descriptors.Length, -1) < 0 && Marshal.GetLastPInvokeError() is not EIntr and var error)
            {
                throw new IOException($"poll failed: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    /// <summary>Bytes, 0 at the end, or the negative error number.</summary>
    public static nint Read(int fd, Piece* pieces, int count)
    {
        var done = readv(fd, pieces, count);
        return done >= 0 ? done : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Bytes, or the negative error number. Never raises SIGPIPE.</summary>
    public static nint Write(int fd, Piece* pieces, int count)
    {
        var message = new Message { Pieces = pieces, Count = (nuint)count };
        var done = sendmsg(fd, &message, NoSignal);
        return done >= 0 ? done : -Marshal.GetLastPInvokeError();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint Count;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, void* bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, void* bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readv(int fd, Piece* pieces, int count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int fd, Message* message, int flags);
}
