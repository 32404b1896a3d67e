using Microsoft.Extensions.Logging;
using Orleans.Runtime.Links;

namespace Orleans.Runtime.MembershipService;

/// <summary>Silos that change the membership table tell the others its version, and those read it. Thread-safe.</summary>
internal sealed class MembershipGossip
{
    private readonly ClusterMembership _membership;
    private readonly SiloLinks _links;
    private readonly ILogger _logger;
    private long _heard = long.MinValue;

    public MembershipGossip(ClusterMembership membership, SiloLinks links, ILogger<MembershipGossip> logger)
    {
        _membership = membership;
        _links = links;
        _logger = logger;
        membership.Written += Tell;
    }

    public void Heard(long version)
    {
        // One reading at a time serves all that is heard meanwhile.
        if (version > _membership.View.Snapshot.Version.Value && Interlocked.Exchange(ref _heard, version) < version)
        {
            _ = Read(version);
        }
    }

    private async Task Read(long version)
    {
        try
        {
            await _membership.Refresh();
        }
        catch (Exception exception)
        {
            _logger.LogWarning(exception, "The membership table could not be read at version {Version}; it is read again later.", version);
        }
    }

    private void Tell(long version)
    {
        foreach (var (silo, member) in _membership.View.Snapshot.Members)
        {
            if (!silo.Equals(_membership.LocalSilo) && member.Status is SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown)
            {
                _links.Send(silo, FrameKind.Gossip, version, static (writer, v) => writer.WriteUnmanaged(v));
            }
        }
    }
}
