using System.Net.Sockets;

namespace Sheaf.Transport.Links;

/// <summary>One socket of the <see cref="ControlLoop"/>, or a thing that has one at times. Used on its thread only.</summary>
internal abstract class LoopConnection
{
    private bool _released;

    /// <summary>Null where there is none now.</summary>
    protected Socket? Socket { get; set; }

    public int Descriptor => Socket is null || IsOver ? -1 : (int)Socket.Handle;

    /// <summary>Waits to be able to write, which a dial does; otherwise for bytes.</summary>
    public virtual bool WantsWrite => false;

    /// <summary>The loop forgets it.</summary>
    public bool IsOver { get; private set; }

    public abstract void Ready();

    /// <summary>About every heartbeat.</summary>
    public abstract void Tick();

    public virtual void Close()
    {
        IsOver = true;
        if (!_released)
        {
            Socket?.Dispose();
        }
    }

    /// <summary>Gives the socket away: the loop forgets it without closing it.</summary>
    protected Socket Release()
    {
        (_released, IsOver) = (true, true);
        return Socket!;
    }

    /// <summary>Short frames always fit into an empty send buffer; one that does not fit is lost, and the silence of its link is noticed.</summary>
    protected static bool Send(Socket socket, byte[] frame)
    {
        var sent = socket.Send(frame, 0, frame.Length, SocketFlags.None, out var error);
        return error == SocketError.Success && sent == frame.Length;
    }
}
