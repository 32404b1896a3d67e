namespace Sheaf.Transport.Wire;

/// <summary>Why the data plane refused a frame or a connection. Values travel in answers to a handshake: never change them.</summary>
public enum RefusalReason
{
    None = 0,

    /// <summary>No frame of ours: magic, type, or the header's checksum.</summary>
    Malformed = 1,

    /// <summary>A length that this frame cannot have.</summary>
    Length = 2,

    /// <summary>The payload does not have its checksum.</summary>
    Checksum = 3,

    /// <summary>Another generation than the connection's; of a handshake, a lower one than was joined.</summary>
    Generation = 4,

    /// <summary>A silo that is not expected here.</summary>
    Sender = 5,

    /// <summary>Not the next frame: sequence, step, kind, part or chunk.</summary>
    Sequence = 6,

    /// <summary>Another cluster.</summary>
    Cluster = 7,

    /// <summary>The silo that was meant no longer listens here: another incarnation does.</summary>
    Incarnation = 8,

    /// <summary>Both have the generation, but not the same plan for it.</summary>
    Plan = 9,

    /// <summary>The generation was not joined here in time.</summary>
    NotJoined = 10,

    /// <summary>The handshake took too long.</summary>
    Slow = 11,

    /// <summary>Too many unfinished handshakes; the oldest one goes.</summary>
    Crowded = 12,

    /// <summary>The state is not here.</summary>
    NoState = 13,

    /// <summary>No certificate, or one that no authority of this cluster issued. It is not sent to the other side: a stranger learns nothing.</summary>
    Certificate = 14,
}
