using System.Net;
using System.Net.Sockets;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Links;

/// <summary>
/// This silo's link to one other silo: dials, pings, and when the connection breaks dials once more at once, which tells a process that is gone (refused) from
/// a connection that is. Each of two silos has its own link to the other, so there is nothing to agree about.
/// </summary>
internal sealed class LinkOut(
    ControlLoop loop, DataPlaneOptions options, string silo, IPEndPoint endPoint, Action<LinkOut, LinkLoss, string> lost, Action changed) : LoopConnection
{
    /// <summary>A process that dies closes its listener a moment after its connections: who dials in between is reset, and dials again at once.</summary>
    private const int MostResets = 10;

    private readonly FrameReader _reader = new(0);
    private Dial? _dial;
    private int _resets;
    private bool _established;
    private bool _silenceTold;
    private bool _stopped;
    private long? _unanswered;
    private long _pings;

    public string Silo => silo;

    public IPEndPoint EndPoint => endPoint;

    /// <summary>
    /// No ping, and no dial after a break, has waited for an answer for <see cref="LinkOptions.SilentAfter"/>. A silo that did not ping, because it stood
    /// still itself, holds nobody for silent.
    /// </summary>
    public bool IsReachable { get; private set; }

    public void Begin()
    {
        _dial = new(loop, options, endPoint, new(HandshakePurpose.Link, options.ClusterId, options.Silo, silo), options.Links.HandshakeWithin)
        {
            Welcomed = Welcomed,
            Refused = Refused,
            Failed = Failed,
        };
        loop.Add(_dial);
        _dial.Begin();
    }

    public override void Ready()
    {
        try
        {
            while (Socket is not null && _reader.TryRead(Socket))
            {
                if (_reader.Header.Type == FrameType.Goodbye)
                {
                    Stop(LinkLoss.Closed, "said goodbye");
                    return;
                }

                Heard();
            }
        }
        catch (Exception e) when (e is SocketException or BadFrameException)
        {
            Drop();
            Begin();
        }
    }

    public override void Tick()
    {
        if (_stopped)
        {
            return;
        }

        var now = loop.Now;
        if (IsReachable && _unanswered is { } asked && loop.Since(asked) >= options.Links.SilentAfter)
        {
            SetReachable(false);
            Drop();
            if (!_silenceTold)
            {
                _silenceTold = true;
                lost(this, LinkLoss.Silent, $"silent for {options.Links.SilentAfter.TotalSeconds:0.#} s");
            }
        }

        if (Socket is not null)
        {
            var ping = new FrameHeader { Type = FrameType.Ping, Sequence = _pings++ };
            Send(Socket, ping.ToFrame([]));
            _unanswered ??= now;
        }
        else if (_dial is null)
        {
            Begin();
        }
    }

    public override void Close()
    {
        _stopped = true;
        _dial?.Close();
        _dial = null;
        base.Close();
        SetReachable(false);
    }

    private void Welcomed(Socket socket)
    {
        (_dial, Socket, _established) = (null, socket, true);
        Heard();
    }

    /// <summary>Somebody else answers: the silo that was meant does not listen there any more.</summary>
    private void Refused(HandshakeAnswer answer)
    {
        _dial = null;
        if (_established)
        {
            Stop(LinkLoss.Superseded, $"its endpoint is {(answer.Silo.Length > 0 ? "silo " + answer.Silo : "another program's")} now ({answer.Reason})");
        }
    }

    /// <summary>
    /// Before the first handshake the silo may still be starting; afterwards a refusal says that its process is gone. Anything else may be the network: <see
    /// cref="Tick"/> dials again.
    /// </summary>
    private void Failed(SocketError error)
    {
        _dial = null;
        if (_established && error == SocketError.ConnectionRefused)
        {
            Stop(LinkLoss.Refused, "its endpoint refuses connections");
        }
        else if (_established && error == SocketError.ConnectionReset && _resets++ < MostResets)
        {
            Begin();
        }
    }

    private void Stop(LinkLoss loss, string why)
    {
        Close();
        lost(this, loss, why);
    }

    private void Heard()
    {
        (_unanswered, _silenceTold, _resets) = (null, false, 0);
        SetReachable(true);
    }

    private void Drop()
    {
        Socket?.Dispose();
        Socket = null;
        _unanswered ??= loop.Now;
    }

    private void SetReachable(bool reachable)
    {
        if (IsReachable != reachable)
        {
            IsReachable = reachable;
            changed();
        }
    }
}
