using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sheaf.Surroundings;

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
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        var number = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed <= IPEndPoint.MaxPort ? parsed : -1;
        if (number >= 0 && AddressOf(host) is { } address)
        {
            return new(address, number);
        }

        var shown = text.Length == 0 ? "''" : Printable.Short(text, 80);
        throw new FormatException(Bracketed(text, host, number) is { } meant
            ? $"{option} {shown}: an IPv6 address stands in brackets: {meant}."
            : $"{option} {shown}: expected an address and a port, such as 127.0.0.1:7433 or [::1]:7433 (port 0 takes a free one).");
    }

    /// <summary>The same as <see cref="Parse"/>, where other silos must reach it.</summary>
    /// <exception cref="FormatException">It is none, or it means all addresses.</exception>
    public static IPEndPoint ParseReachable(string option, string text) => Parse(option, text) is var endpoint && IsAny(endpoint.Address)
        ? throw new FormatException($"{option} {text}: expected the address at which other silos reach this one, not all addresses.")
        : endpoint;

    /// <summary>Before anything of a silo starts: whether all of them can be listened at, together.</summary>
    /// <exception cref="FormatException">Names the option, why not, and what to do.</exception>
    public static void DemandFree(IReadOnlyList<(string Option, IPEndPoint EndPoint)> endpoints)
    {
        var held = new List<Socket>();
        try
        {
            foreach (var (option, endpoint) in endpoints)
            {
                Hold(option, endpoint, held);
            }
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>
    /// The same with a port that is free now, where it says 0: for listeners that must know their port before they open it. It is none of those that systems
    /// give to outgoing connections (from 32768 on by default) or that Kubernetes gives to services (from 30000 on), as one of these may be taken by then.
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

    private static void Hold(string option, IPEndPoint endpoint, List<Socket> held)
    {
        try
        {
            held.Add(new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            held[^1].Bind(endpoint);
            held[^1].Listen();
        }
        catch (SocketException e)
        {
            throw new FormatException($"{option} {endpoint} {Why(e)}; {option} IP:PORT takes another (port 0: a free one).", e);
        }
    }

    private static string Why(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "is taken: something listens there already",
        SocketError.AddressNotAvailable => "is no address of this machine",
        SocketError.AccessDenied => "may not be used by this user (ports below 1024 are root's)",
        SocketError.AddressFamilyNotSupported => "needs IPv6, which this machine does not have",
        _ => $"cannot be listened at ({e.Message})",
    };

    /// <summary>Exactly as addresses are written: the system's reader takes "1" for 0.0.0.1 and 010 for 8.</summary>
    private static IPAddress? AddressOf(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        ['[', .. var inner, ']'] => IPAddress.TryParse(inner, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 && !inner.StartsWith('[') ? six
            : null,
        _ => IPAddress.TryParse(host, out var four) && four.AddressFamily == AddressFamily.InterNetwork && four.ToString() == host ? four : null,
    };

    private static string? Bracketed(string text, string host, int port)
    {
        var isWhole = IPAddress.TryParse(text, out var whole) && whole.AddressFamily == AddressFamily.InterNetworkV6 && !text.StartsWith('[');
        var isHost = port >= 0 && IPAddress.TryParse(host, out var part) && part.AddressFamily == AddressFamily.InterNetworkV6 && !host.StartsWith('[');
        return isHost ? $"[{host}]:{port}" : isWhole ? $"[{text}]:7433" : null;
    }

    public static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || (address.IsIPv4MappedToIPv6 && address.MapToIPv4().Equals(IPAddress.Any));
}
