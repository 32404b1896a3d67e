using System.Net;
using System.Net.Sockets;
using System.Text;
using Sheaf.Surroundings;

namespace Sheaf.Client.Connections;

/// <summary>A connection through an HTTP proxy (RFC 9110, section 9.3.6): the server's own HTTP/2 passes through it unchanged, encrypted or not.</summary>
internal static class ProxyTunnel
{
    private const int LongestAnswer = 16 * 1024;

    /// <exception cref="IOException">The proxy refuses; the message says in what words.</exception>
    public static async ValueTask<Stream> ConnectAsync(Uri proxy, DnsEndPoint server, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(proxy.IdnHost, proxy.Port, cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var authority = $"{(server.Host.Contains(':', StringComparison.Ordinal) ? $"[{server.Host}]" : server.Host)}:{server.Port}";
            var credentials = proxy.UserInfo.Length == 0
                ? ""
                : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(proxy.UserInfo)))}\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n"), cancellation);
            var status = await StatusAsync(stream, cancellation);
            return status.Split(' ') is [_, ['2', _, _], ..]
                ? stream
                : throw new IOException($"the proxy {proxy.GetLeftPart(UriPartial.Authority).Replace(proxy.UserInfo + "@", "", StringComparison.Ordinal)} does "
                    + $"not let a connection to {authority} through: {Printable.Short(status, 120)}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The first line of the answer, all of whose head is read: what follows is the server's.</summary>
    private static async Task<string> StatusAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new List<byte>(256);
        var one = new byte[1];
        while (head.Count < LongestAnswer && !(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, cancellation) == 0)
            {
                throw new IOException("the proxy closed the connection before it answered");
            }

            head.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. head]).Split("\r\n")[0];
    }
}
