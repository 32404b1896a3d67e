using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Links;

/// <summary>
/// A connection with TLS for those who read and write sockets without blocking: they get one end of a pair of local sockets, and what goes through the pair is
/// encrypted to, and decrypted from, the connection. The handshake is a part of it: until it is done, what was written waits. When either side closes, the
/// other one sees the end after all that was sent before. It costs a copy through the kernel in each direction.
/// </summary>
internal sealed class SecureSocket
{
    private const int BufferBytes = 128 * 1024;

    private readonly Socket _remote;
    private readonly Socket _far;
    private readonly DataPlaneOptions _options;
    private readonly Action<string>? _refused;

    private SecureSocket(Socket remote, Socket far, DataPlaneOptions options, Action<string>? refused) =>
        (_remote, _far, _options, _refused) = (remote, far, options, refused);

    /// <summary>The side that was called. Without <see cref="DataPlaneOptions.Tls"/> the socket itself, as in <see cref="ToServer"/>.</summary>
    /// <param name="accepted">Connected; it is no longer the caller's where another one is returned.</param>
    /// <param name="counters">Count who is not let in.</param>
    public static Socket ToClient(Socket accepted, DataPlaneOptions options, DataPlaneCounters counters)
    {
        var from = accepted.RemoteEndPoint;
        return options.Tls is not { } tls ? accepted : Begin(accepted, options, (stream, end) => stream.AuthenticateAsServerAsync(tls.Server(), end), why =>
        {
            counters.Refuse(RefusalReason.Certificate);
            options.Log?.Invoke($"a connection from {from} was refused ({RefusalReason.Certificate}): {why}");
        });
    }

    /// <summary>The side that calls.</summary>
    public static Socket ToServer(Socket connected, DataPlaneOptions options) => options.Tls is not { } tls
        ? connected
        : Begin(connected, options, (stream, end) => stream.AuthenticateAsClientAsync(tls.Client(), end), why => options.Log?.Invoke($"the handshake with "
            + $"another silo failed: {why}"));

    private static Socket Begin(Socket remote, DataPlaneOptions options, Func<SslStream, CancellationToken, Task> authenticate, Action<string>? refused)
    {
        var (near, far) = Posix.CreatePair();
        foreach (var socket in (Socket[])[remote, near, far])
        {
            BulkSocket.Prepare(socket, options);
        }

        near.Blocking = remote.Blocking;
        var secure = new SecureSocket(remote, far, options, refused);
        _ = Task.Run(() => secure.RunAsync(authenticate));
        return near;
    }

    private async Task RunAsync(Func<SslStream, CancellationToken, Task> authenticate)
    {
        var (outgoing, incoming) = (ArrayPool<byte>.Shared.Rent(BufferBytes), ArrayPool<byte>.Shared.Rent(BufferBytes));
        var ends = Task.CompletedTask;
        var stream = new SslStream(new SocketStream(_remote));
        try
        {
            var first = _far.ReceiveAsync(outgoing.AsMemory(0, BufferBytes), SocketFlags.None).AsTask();
            ends = first;
            if (await ShakeHandsAsync(stream, first, authenticate))
            {
                var sending = SendAsync(stream, first, outgoing);
                var receiving = ReceiveAsync(stream, incoming);
                ends = Task.WhenAll(sending, receiving);
                if (await Task.WhenAny(sending, receiving) == sending && sending.IsCompletedSuccessfully)
                {
                    await EndInOrderAsync(receiving);
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Whoever has the other end sees that the connection has ended.
        }
        finally
        {
            _far.Dispose();
            _remote.Dispose();
            await Observe(ends);
            await stream.DisposeAsync();
            ArrayPool<byte>.Shared.Return(outgoing);
            ArrayPool<byte>.Shared.Return(incoming);
        }
    }

    /// <summary>False: the side that opened the connection has given it up.</summary>
    /// <param name="first">What is to be sent at first, or that nothing will be.</param>
    private async Task<bool> ShakeHandsAsync(SslStream stream, Task<int> first, Func<SslStream, CancellationToken, Task> authenticate)
    {
        using var end = new CancellationTokenSource(_options.Links.HandshakeWithin);
        var shaking = authenticate(stream, end.Token);
        try
        {
            if (await Task.WhenAny(shaking, first) == first && await first == 0)
            {
                await end.CancelAsync();
                await shaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return false;
            }

            await shaking;
            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            _refused?.Invoke(e is OperationCanceledException
                ? $"not within {_options.Links.HandshakeWithin.TotalSeconds:0.#} s"
                : (e.InnerException ?? e).Message);
            throw;
        }
        finally
        {
            _ = Observe(shaking);
        }
    }

    /// <summary>
    /// A socket that is closed while it is still read from resets its connection, and the other side loses what it has not read yet. So the other side is
    /// told that nothing more comes, and closes first; one that does not within the time of a handshake is not waited for.
    /// </summary>
    private async Task EndInOrderAsync(Task receiving)
    {
        using var end = new CancellationTokenSource(_options.Links.HandshakeWithin);
        _remote.Shutdown(SocketShutdown.Send);
        await receiving.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAsync(SslStream stream, Task<int> first, byte[] buffer)
    {
        for (var bytes = await first; bytes > 0; bytes = await _far.ReceiveAsync(buffer.AsMemory(0, BufferBytes), SocketFlags.None))
        {
            await stream.WriteAsync(buffer.AsMemory(0, bytes));
        }

        await stream.ShutdownAsync();
    }

    private async Task ReceiveAsync(SslStream stream, byte[] buffer)
    {
        int bytes;
        while ((bytes = await stream.ReadAsync(buffer.AsMemory(0, BufferBytes))) > 0)
        {
            for (var sent = 0; sent < bytes;)
            {
                sent += await _far.SendAsync(buffer.AsMemory(sent, bytes - sent), SocketFlags.None);
            }
        }
    }

    /// <summary>Done when it is; how it ended is known already.</summary>
    private static Task Observe(Task task) =>
        task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static bool IsEnd(Exception e) =>
        e is SocketException or IOException or AuthenticationException or CryptographicException or OperationCanceledException or ObjectDisposedException
        or InvalidOperationException;
}
