using System.Net;
using System.Net.Sockets;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Links;

/// <summary>
/// One attempt to connect and to shake hands. One of its outcomes comes, once: <see cref="Welcomed"/> (the socket is the receiver's), <see cref="Refused"/>
/// (with the answer), or <see cref="Failed"/>; none where it <see cref="IsVain"/> or was closed.
/// </summary>
internal sealed class Dial : LoopConnection
{
    private readonly ControlLoop _loop;
    private readonly byte[] _hello;
    private readonly FrameReader _reader = new(Handshake.MostBytes);
    private readonly DataPlaneOptions _options;
    private readonly TimeSpan? _answerWithin;
    private readonly long _began;
    private readonly EndPoint _endPoint;
    private bool _connecting = true;

    /// <param name="answerWithin">Null waits as long as the connection lasts: the other side may not be ready yet.</param>
    public Dial(ControlLoop loop, DataPlaneOptions options, IPEndPoint endPoint, Handshake hello, TimeSpan? answerWithin, Action<Socket>? prepare = null)
    {
        (_loop, _options, _endPoint, _hello, _answerWithin) = (loop, options, endPoint, hello.ToFrame(), answerWithin);
        _began = loop.Now;
        Socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        prepare?.Invoke(Socket);
    }

    public Action<Socket>? Welcomed { get; init; }

    public Action<HandshakeAnswer>? Refused { get; init; }

    public Action<SocketError>? Failed { get; init; }

    /// <summary>Asked now and then: true when the connection is not wanted any more; then no outcome comes.</summary>
    public Func<bool>? IsVain { get; init; }

    public override bool WantsWrite => _connecting;

    /// <summary>Begins; the dial must be in the loop.</summary>
    public void Begin()
    {
        try
        {
            Socket!.Connect(_endPoint);
            Connected();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Ready tells how it went.
        }
        catch (SocketException e)
        {
            Fail(e.SocketErrorCode);
        }
    }

    public override void Ready()
    {
        try
        {
            if (_connecting)
            {
                var error = (SocketError)(int)Socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
                if (error != SocketError.Success)
                {
                    Fail(error);
                    return;
                }

                Connected();
            }

            if (!IsOver && _reader.TryRead(Socket!))
            {
                Answer(HandshakeAnswer.Parse(_reader.Payload));
            }
        }
        catch (SocketException e)
        {
            Fail(e.SocketErrorCode);
        }
        catch (Exception e) when (e is BadFrameException or InvalidDataException)
        {
            // Something else listens there.
            Close();
            Refused?.Invoke(new(RefusalReason.Malformed, "", e.Message));
        }
    }

    public override void Tick()
    {
        if (IsVain?.Invoke() == true)
        {
            Close();
        }
        else if (_loop.Since(_began) >= (_connecting ? _options.Links.HandshakeWithin : _answerWithin ?? TimeSpan.MaxValue))
        {
            Fail(SocketError.TimedOut);
        }
    }

    private void Connected()
    {
        _connecting = false;
        Socket = SecureSocket.ToServer(Socket!, _options);
        if (!Send(Socket!, _hello))
        {
            Fail(SocketError.ConnectionReset);
        }
    }

    private void Answer(HandshakeAnswer answer)
    {
        if (answer.IsWelcome)
        {
            Welcomed?.Invoke(Release());
        }
        else
        {
            Close();
            Refused?.Invoke(answer);
        }
    }

    private void Fail(SocketError error)
    {
        Close();
        Failed?.Invoke(error);
    }
}
