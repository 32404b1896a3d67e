using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Links;

/// <summary>What a data plane has done since it was made. Thread-safe.</summary>
public sealed class DataPlaneCounters
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private long _sent;
    private long _received;
    private long _stateSent;
    private long _stateReceived;
    private int _linksUp;

    /// <summary>Bytes of exchanges and states, with their headers.</summary>
    public long BytesSent => Volatile.Read(ref _sent);

    /// <inheritdoc cref="BytesSent"/>
    public long BytesReceived => Volatile.Read(ref _received);

    /// <summary>Those of them that were exchanged in reductions, and not states.</summary>
    public long ReductionBytesSent => BytesSent - Volatile.Read(ref _stateSent);

    /// <inheritdoc cref="ReductionBytesSent"/>
    public long ReductionBytesReceived => BytesReceived - Volatile.Read(ref _stateReceived);

    /// <summary>Links of this silo that are reachable now.</summary>
    public int LinksUp => Volatile.Read(ref _linksUp);

    /// <summary>Frames and connections that were refused, all reasons together.</summary>
    public long RefusedInAll => Enum.GetValues<RefusalReason>().Sum(Refused);

    public long Refused(RefusalReason reason) => Volatile.Read(ref _refused[(int)reason]);

    internal void Refuse(RefusalReason reason) => Interlocked.Increment(ref _refused[(int)reason]);

    internal void Moved(long sent, long received)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _received, received);
    }

    internal void MovedState(long sent, long received)
    {
        // First what is taken off: the difference never grows by a state.
        Interlocked.Add(ref _stateSent, sent);
        Interlocked.Add(ref _stateReceived, received);
        Moved(sent, received);
    }

    internal void SetLinksUp(int count) => Volatile.Write(ref _linksUp, count);
}
