using System.Net;
using System.Net.Sockets;

namespace Sheaf.Bench.AllReduce;

/// <summary>What one TCP stream over loopback carries one way, between two threads: the bandwidth of the bound.</summary>
internal static class Loopback
{
    private const int BufferBytes = 1 << 18;
    private const long Bytes = 1L << 30;

    /// <summary>Bytes a second.</summary>
    public static double Measure()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Cubic(sender);
        sender.Connect(listener.LocalEndPoint!);
        using var receiver = listener.Accept();
        var began = TimeProvider.System.GetTimestamp();
        var sending = new Thread(() =>
        {
            var buffer = new byte[BufferBytes];
            for (var sent = 0L; sent < Bytes;)
            {
                sent += sender.Send(buffer);
            }
        });
        sending.Start();
        var into = new byte[BufferBytes];
        for (var received = 0L; received < Bytes;)
        {
            received += receiver.Receive(into);
        }

        sending.Join();
        return Bytes / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>As the data plane does.</summary>
    private static void Cubic(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(6, 13, "cubic"u8);
        }
        catch (SocketException)
        {
            // The system's own.
        }
    }
}
