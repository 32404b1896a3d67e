using System.Net.Sockets;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Links;

/// <summary>The answering end of another silo's link: every ping gets its pong.</summary>
internal sealed class LinkIn : LoopConnection
{
    private readonly ControlLoop _loop;
    private readonly FrameReader _reader = new(0);
    private readonly TimeSpan _patience;
    private readonly Action<BadFrameException> _refused;
    private long _heard;

    /// <param name="patience">A dialer that does not ping for so long is gone.</param>
    public LinkIn(ControlLoop loop, string silo, Socket socket, TimeSpan patience, Action<BadFrameException> refused)
    {
        (_loop, Silo, Socket, _patience, _refused) = (loop, silo, socket, patience, refused);
        _heard = loop.Now;
    }

    public string Silo { get; }

    public override void Ready()
    {
        try
        {
            while (_reader.TryRead(Socket!))
            {
                if (_reader.Header.Type != FrameType.Ping)
                {
                    throw new BadFrameException(RefusalReason.Malformed, $"a link carries pings; it is a {_reader.Header.Type}");
                }

                _heard = _loop.Now;
                var pong = new FrameHeader { Type = FrameType.Pong, Sequence = _reader.Header.Sequence };
                if (!Send(Socket!, pong.ToFrame([])))
                {
                    Close();
                    return;
                }
            }
        }
        catch (SocketException)
        {
            Close();
        }
        catch (BadFrameException e)
        {
            Close();
            _refused(e);
        }
    }

    public override void Tick()
    {
        if (_loop.Since(_heard) >= _patience)
        {
            Close();
        }
    }

    public void SayGoodbye()
    {
        var goodbye = new FrameHeader { Type = FrameType.Goodbye };
        Send(Socket!, goodbye.ToFrame([]));
        Close();
    }
}
