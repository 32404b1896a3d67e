using System.Net.Sockets;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Links;

/// <summary>A peer's connection for a generation that this silo has not joined yet, but is about to.</summary>
internal sealed class ParkedPeer : LoopConnection
{
    private readonly ControlLoop _loop;
    private readonly TimeSpan _patience;
    private readonly Action<ParkedPeer> _expired;
    private readonly long _began;

    public ParkedPeer(ControlLoop loop, Handshake hello, Socket socket, TimeSpan patience, Action<ParkedPeer> expired)
    {
        (_loop, Hello, Socket, _patience, _expired) = (loop, hello, socket, patience, expired);
        _began = loop.Now;
    }

    public Handshake Hello { get; }

    /// <summary>It waits for an answer and may say nothing: bytes, or the end, end it.</summary>
    public override void Ready() => Close();

    public override void Tick()
    {
        if (_loop.Since(_began) >= _patience)
        {
            _expired(this);
        }
    }

    public Socket Take() => Release();
}
