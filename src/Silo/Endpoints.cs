using System.Net;
using System.Net.Sockets;

namespace Sheaf.Silo;

/// <summary>Addresses on the command line.</summary>
public static class Endpoints
{
    /// <summary>Reads IP:PORT, or localhost:PORT.</summary>
    /// <exception cref="FormatException">Names <paramref name="option"/> and says what is allowed.</exception>
    public static IPEndPoint Parse(string option, string text)
    {
        var address = text.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + text["localhost".Length..] : text;
        return address.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(address, out var endpoint)
            ? endpoint
            : throw new FormatException($"{option} {text}: expected an address and a port, such as 127.0.0.1:7433 (port 0 takes a free one).");
    }

    /// <summary>The same with a port that is free now, where it says 0: for listeners that must know their port before they open it.</summary>
    public static IPEndPoint WithFreePort(IPEndPoint endpoint)
    {
        if (endpoint.Port != 0)
        {
            return endpoint;
        }

        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endpoint);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
