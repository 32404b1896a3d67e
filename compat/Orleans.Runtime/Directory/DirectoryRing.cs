using System.Collections.Immutable;

namespace Orleans.Runtime.GrainDirectory;

/// <summary>Which silo would hold a grain's entry in official Orleans' default directory: consistent hashing over the silos. Pure.</summary>
internal static class DirectoryRing
{
    /// <summary>The silo with the largest hash that is not above the grain's, or the last one.</summary>
    public static SiloAddress? OwnerOf(GrainId grain, ImmutableArray<SiloAddress> silos)
    {
        var hash = (int)grain.GetUniformHashCode();
        SiloAddress? owner = null;
        SiloAddress? last = null;
        foreach (var silo in silos)
        {
            var own = silo.GetConsistentHashCode();
            if (own <= hash && (owner is null || own > owner.GetConsistentHashCode()))
            {
                owner = silo;
            }

            if (last is null || own > last.GetConsistentHashCode())
            {
                last = silo;
            }
        }

        return owner ?? last;
    }
}
