using System.Net;
using System.Net.Sockets;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport;

/// <summary>
/// A connection that a stranger opened: until it has said who it is it may hold one place and <see cref="Handshake.MostBytes"/> bytes, for a bounded time. What
/// it says is the <see cref="Gatekeeper"/>'s to judge.
/// </summary>
internal sealed class IncomingHandshake : LoopConnection
{
    private readonly ControlLoop _loop;
    private readonly Gatekeeper _gatekeeper;
    private readonly FrameReader _reader = new(Handshake.MostBytes - FrameHeader.Size);
    private readonly long _began;
    private readonly TimeSpan _within;

    /// <param name="from">Who opened it.</param>
    public IncomingHandshake(ControlLoop loop, Socket socket, EndPoint? from, TimeSpan within, Gatekeeper gatekeeper)
    {
        (_loop, Socket, _within, _gatekeeper) = (loop, socket, within, gatekeeper);
        _began = loop.Now;
        From = from;
    }

    public EndPoint? From { get; }

    public override void Ready()
    {
        try
        {
            if (!_reader.TryRead(Socket!))
            {
                return;
            }

            var hello = _reader.Header.Type == FrameType.Hello
                ? Handshake.Parse(_reader.Header, _reader.Payload)
                : throw new BadFrameException(RefusalReason.Malformed, $"a connection begins with a hello; it is a {_reader.Header.Type}");
            _gatekeeper.Judge(hello, Release());
        }
        catch (SocketException)
        {
            Close();
        }
        catch (BadFrameException e)
        {
            Refuse(e.Reason, e.Message);
        }
        catch (InvalidDataException e)
        {
            Refuse(RefusalReason.Malformed, e.Message);
        }
    }

    public override void Tick()
    {
        if (_loop.Since(_began) >= _within)
        {
            Refuse(RefusalReason.Slow, $"it did not say who it is within {_within.TotalSeconds:0.#} s");
        }
    }

    public void Refuse(RefusalReason reason, string why)
    {
        _gatekeeper.Count(reason, $"a connection from {From} was refused ({reason}): {why}");
        Close();
    }
}
