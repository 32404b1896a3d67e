using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sheaf.Silo;

/// <summary>Addresses on the command line.</summary>
public static class Endpoints
{
    private const int FirstPort = 10_000;
    private const int LastPort = 29_999;
    private const int MostAttempts = 100;

    /// <summary>Reads IP:PORT, or localhost:PORT.</summary>
    /// <exception cref="FormatException">Names <paramref name="option"/> and says what is allowed.</exception>
    public static IPEndPoint Parse(string option, string text)
    {
        var address = text.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + text["localhost".Length..] : text;
        return address.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(address, out var endpoint)
            ? endpoint
            : throw new FormatException($"{option} {text}: expected an address and a port, such as 127.0.0.1:7433 (port 0 takes a free one).");
    }

    /// <summary>
    /// The same with a port that is free now, where it says 0: for listeners that must know their port before they open it. It is none of those that systems give to outgoing connections
    /// (from 32768 on by default) or that Kubernetes gives to services (from 30000 on), as one of these may be taken by then.
    /// </summary>
    /// <exception cref="IOException">None was found.</exception>
    public static IPEndPoint WithFreePort(IPEndPoint endpoint)
    {
        if (endpoint.Port != 0)
        {
            return endpoint;
        }

        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var candidate = new IPEndPoint(endpoint.Address, RandomNumberGenerator.GetInt32(FirstPort, LastPort + 1));
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(candidate);
                return candidate;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Taken: another one.
            }
        }

        throw new IOException($"Of {MostAttempts} ports of {endpoint.Address} between {FirstPort} and {LastPort} none was free; name one that is.");
    }

    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
