using Sheaf.Transport.Links;

namespace Sheaf.Transport.Exchange;

/// <summary>All connections of one generation, moved and waited for together. Used by one thread at a time.</summary>
internal sealed class PeerRounds(PeerChannel[] peers, int wake)
{
    private readonly Posix.PollFd[] _polled = new Posix.PollFd[peers.Length + 1];

    /// <summary>One round over all connections. True when anything moved.</summary>
    public bool Move(PeerCollective collective, out bool done)
    {
        var moved = collective.Sum();
        foreach (var peer in peers)
        {
            moved |= peer.Send(collective);
            moved |= peer.Receive(collective);
            moved |= collective.Sum();
        }

        done = collective.IsSummed;
        foreach (var peer in peers)
        {
            done = done && collective.IsDone(peer) && !peer.HasUnsent;
        }

        return moved;
    }

    /// <summary>Sleeps until something can move, or somebody wakes it.</summary>
    public void Wait(PeerCollective collective)
    {
        _polled[0] = new() { Fd = wake, Events = Posix.PollIn };
        for (var i = 0; i < peers.Length; i++)
        {
            var peer = peers[i];
            var events = (collective.Wants(peer) && !peer.IsHeldBack ? Posix.PollIn : 0) | (peer.HasUnsent || collective.HasNext(peer) ? Posix.PollOut : 0);

            // One that is complete is not watched: the next collective sees what happened to it.
            _polled[i + 1] = new() { Fd = events == 0 ? -1 : peer.Descriptor, Events = (short)events };
        }

        Posix.Poll(_polled);
    }

    public void SayGoodbye(string reason, long generation)
    {
        foreach (var peer in peers)
        {
            peer.SayGoodbye(reason, generation);
        }
    }
}
