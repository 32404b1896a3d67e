using System.Collections.Concurrent;
using System.Net.Sockets;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.StateTransfer;

/// <summary>Sends states to the silos that ask for them; each on a thread of its own, a bounded number at a time.</summary>
internal sealed class StateServer(DataPlaneOptions options, DataPlaneCounters counters) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, Task> _serving = new();
    private int _entered;

    /// <summary>False when as many are being served as may be; otherwise <see cref="Serve"/> must follow.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _entered) <= options.Links.MostStates)
        {
            return true;
        }

        Interlocked.Decrement(ref _entered);
        return false;
    }

    public void Serve(Handshake hello, Socket socket)
    {
        var serving = new Task(() => Run(hello, socket), TaskCreationOptions.LongRunning);
        _serving[socket] = serving;
        serving.Start(TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (socket, task) in _serving)
        {
            socket.Dispose();
            await task;
        }
    }

    private void Run(Handshake hello, Socket socket)
    {
        try
        {
            StateClient.MakeBlocking(socket, options);
            var reader = new FrameReader(0);
            StateStream.Receive(socket, reader, counters);
            if (reader.Header.Type != FrameType.StateRequest)
            {
                throw new BadFrameException(RefusalReason.Malformed, $"a request for a state comes first; it is a {reader.Header.Type}");
            }

            if (options.States?.TryGet(hello.Experiment, reader.Header.Step, out var snapshot) == true)
            {
                using var stream = new StateStream(socket, hello.From, counters);
                StateCodec.Write(stream, snapshot);
                stream.Finish();
            }
            else
            {
                var why = $"silo {options.Silo} does not have the state of experiment {hello.Experiment} before step {reader.Header.Step}";
                StateStream.Send(socket, new HandshakeAnswer(RefusalReason.NoState, options.Silo, why).ToFrame(), counters);
            }
        }
        catch (BadFrameException e)
        {
            counters.Refuse(e.Reason);
            options.Log?.Invoke($"a frame from silo {hello.From}, which fetches a state, was refused ({e.Reason}): {e.Message}");
        }
        catch (Exception e)
        {
            options.Log?.Invoke($"silo {hello.From} did not get the state of experiment {hello.Experiment}: {e.Message}");
        }
        finally
        {
            socket.Dispose();
            _serving.TryRemove(socket, out _);
            Interlocked.Decrement(ref _entered);
        }
    }
}
