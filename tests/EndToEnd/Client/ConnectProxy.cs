using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>
/// An HTTP proxy on a free loopback port that lets connections through (CONNECT), all of them to one server: the names that clients ask for need not exist.
/// </summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Uri? _server;
    private readonly string _refusal;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    private ConnectProxy(Uri? server, string refusal)
    {
        (_server, _refusal) = (server, refusal);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The head of each request, line by line.</summary>
    public ConcurrentQueue<string[]> Requests { get; } = new();

    public static ConnectProxy To(FakeServer server) => new(server.Address, "");

    /// <param name="status">As in <c>403 Forbidden</c>; empty: it hangs up without a word.</param>
    public static ConnectProxy ThatRefuses(string status) => new(null, status);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            Requests.Enqueue(await HeadAsync(stream));
            if (_server is null)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(_refusal.Length > 0 ? $"HTTP/1.1 {_refusal}\r\nContent-Length: 0\r\n\r\n" : ""), _ending.Token);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(_server.Host, _server.Port, _ending.Token);
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n"u8.ToArray(), _ending.Token);
            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _ending.Token), server.GetStream().CopyToAsync(stream, _ending.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // One side has hung up.
        }
    }

    private async Task<string[]> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _ending.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
