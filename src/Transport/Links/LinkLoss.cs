namespace Sheaf.Transport.Links;

/// <summary>How a link that once completed its handshake was lost.</summary>
public enum LinkLoss
{
    /// <summary>It closed, and its endpoint refuses connections: the process is gone. Final.</summary>
    Refused,

    /// <summary>It closed, and another incarnation answers at its endpoint. Final.</summary>
    Superseded,

    /// <summary>Nothing came for <see cref="LinkOptions.SilentAfter"/>: frozen, cut, or overloaded. It may come back; dialing goes on.</summary>
    Silent,

    /// <summary>The other side closed it with a goodbye: an orderly shutdown. Final.</summary>
    Closed,
}
