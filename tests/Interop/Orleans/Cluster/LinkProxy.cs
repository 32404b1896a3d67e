using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>Stands before a silo's endpoint, so that a test can break what goes through: connections, or the way for new ones.</summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly Task _accepting;
    private volatile bool _refuses;

    public LinkProxy()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Target { get; set; } = null!;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Closes all connections; new ones are made.</summary>
    public void CloseAll()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Close(0);
        }
    }

    /// <summary>Closes all connections, and new ones at once.</summary>
    public void Cut()
    {
        _refuses = true;
        CloseAll();
    }

    public void Heal() => _refuses = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        CloseAll();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                if (_refuses)
                {
                    client.Close(0);
                }
                else
                {
                    _ = RelayAsync(client);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _sockets[client] = _sockets[server] = true;
        try
        {
            await server.ConnectAsync(Target);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // The silo does not listen; the client sees its connection close.
        }
        finally
        {
            client.Close(0);
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Either side has closed.
        }
    }
}
