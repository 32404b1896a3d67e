using System.Net.Sockets;
using System.Text;

namespace Sheaf.Transport.Links;

/// <summary>Options of a connection that carries gradients or a state.</summary>
internal static class BulkSocket
{
    private const SocketOptionName CongestionControl = (SocketOptionName)13;

    public static void Prepare(Socket socket, DataPlaneOptions options)
    {
        if (options.Links.BufferBytes is { } bytes)
        {
            socket.SendBufferSize = socket.ReceiveBufferSize = bytes;
        }

        foreach (var algorithm in options.Links.CongestionControl is { } wanted ? new[] { wanted, "reno" } : [])
        {
            try
            {
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, (int)CongestionControl, Encoding.ASCII.GetBytes(algorithm));
                return;
            }
            catch (SocketException)
            {
                // Not in this kernel, or not allowed to this user: the next one, at last the system's own.
            }
        }
    }
}
