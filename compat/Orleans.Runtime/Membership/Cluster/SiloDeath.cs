using Microsoft.Extensions.Logging;
using Orleans.Runtime.Activations;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Links;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.MembershipService;

/// <summary>What follows, on this silo, from another one's end. Thread-safe.</summary>
internal sealed class SiloDeath(
    ClusterMembership membership, PendingCalls pending, SiloLinks links, ActivationCatalog catalog, ClusterGrainDirectory directory, ILogger<SiloDeath> logger)
{
    public void Start() => membership.Changed += OnChanged;

    private void OnChanged(MembershipView before, MembershipView after)
    {
        foreach (var (silo, member) in after.Snapshot.Members)
        {
            var was = before.StatusOf(silo);
            if (silo.Equals(membership.LocalSilo) || was == member.Status)
            {
                continue;
            }

            // As officially, a silo's part of the directory is given up when it begins to end, and only once.
            if (member.Status.IsTerminating() && was is SiloStatus.Active)
            {
                GiveUpPartition(silo, before);
            }

            if (member.Status == SiloStatus.Dead)
            {
                links.Close(silo);
                directory.Forget(silo);
                pending.BreakCallsTo(silo);
                _ = RemoveRows(silo);
            }
        }
    }

    // The default directory of official Orleans loses the entries that the ended silo held, so their grains are deactivated wherever they are. The table
    // here loses nothing; it is done all the same, so that what works here works there.
    private void GiveUpPartition(SiloAddress silo, MembershipView before)
    {
        foreach (var activation in catalog.All)
        {
            if (silo.Equals(DirectoryRing.OwnerOf(activation.GrainId, before.Active)))
            {
                activation.Deactivate(new DeactivationReason(
                    DeactivationReasonCode.DirectoryFailure, $"The silo {silo}, which held the grain's entry in the directory, has ended."));
            }
        }
    }

    // Rows of the dead do not count; this only tidies up.
    private async Task RemoveRows(SiloAddress silo)
    {
        try
        {
            await directory.UnregisterSilos([silo]);
        }
        catch (Exception exception)
        {
            logger.LogDebug(exception, "The directory's rows of {Silo} were not removed.", silo);
        }
    }
}
