using System.Net;
using System.Net.Sockets;
using Sheaf.Training.Checkpoints;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.StateTransfer;

/// <summary>Fetches a state over a connection of its own.</summary>
internal static class StateClient
{
    public static async Task<CheckpointSnapshot> Fetch(
        DataPlaneOptions options, DataPlaneCounters counters, string silo, IPEndPoint endPoint, string experimentId, long step,
            CancellationToken cancellationToken)
    {
        // Made at once, so that cancelling before the work begins closes it too.
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await using var closing = cancellationToken.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
        try
        {
            BulkSocket.Prepare(socket, options);
            await socket.ConnectAsync(endPoint, cancellationToken);
            using var secure = SecureSocket.ToServer(socket, options);
            return await Task.Factory.StartNew(
                () => Run(secure, options, counters, silo, experimentId, step), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Fetching the state of experiment {experimentId} from silo {silo} was cancelled.", e, cancellationToken);
        }
        catch (BadFrameException e)
        {
            counters.Refuse(e.Reason);
            throw new StateTransferException(silo, e.Reason, $"The state from silo {silo} is refused ({e.Reason}): {e.Message}.", e);
        }
        catch (InvalidDataException e)
        {
            counters.Refuse(RefusalReason.Malformed);
            throw new StateTransferException(silo, RefusalReason.Malformed, $"The state from silo {silo} is refused: {e.Message}", e);
        }
        catch (SocketException e)
        {
            throw new StateTransferException(
                silo,
                RefusalReason.None,
                $"The state of experiment {experimentId} before step {step} could not be fetched from silo {silo} at {endPoint}: {e.Message}",
                e);
        }
    }

    /// <summary>With a time-out for each call, so that a frozen peer holds no thread for ever.</summary>
    public static void MakeBlocking(Socket socket, DataPlaneOptions options)
    {
        socket.Blocking = true;
        socket.SendTimeout = socket.ReceiveTimeout = (int)options.Links.StateWithin.TotalMilliseconds;
    }

    private static CheckpointSnapshot Run(Socket socket, DataPlaneOptions options, DataPlaneCounters counters, string silo, string experimentId, long step)
    {
        MakeBlocking(socket, options);
        StateStream.Send(socket, new Handshake(HandshakePurpose.State, options.ClusterId, options.Silo, silo, experimentId).ToFrame(), counters);
        var answers = new FrameReader(Handshake.MostBytes);
        StateStream.Receive(socket, answers, counters);
        ThrowIfRefused(answers);
        var request = new FrameHeader { Type = FrameType.StateRequest, Step = step };
        StateStream.Send(socket, request.ToFrame([]), counters);
        using var stream = new StateStream(socket, silo, counters);
        var snapshot = StateCodec.Read(stream);
        stream.ExpectEnd();
        return snapshot.Step == step
            ? snapshot
            : throw new StateTransferException(
                silo, RefusalReason.Sequence, $"The state from silo {silo} is refused: it is of step {snapshot.Step}, not {step}.");

        void ThrowIfRefused(FrameReader answer)
        {
            if (answer.Header.Type != FrameType.Welcome)
            {
                var refusal = HandshakeAnswer.Parse(answer.Payload);
                throw new StateTransferException(
                    silo, refusal.Reason, $"Silo {silo} refused to send its state of experiment {experimentId} ({refusal.Reason}): {refusal.Message}.");
            }
        }
    }
}
