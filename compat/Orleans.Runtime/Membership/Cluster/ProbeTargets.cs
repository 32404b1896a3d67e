namespace Orleans.Runtime.MembershipService;

/// <summary>Whom a silo probes: its successors on a ring of the silos' hashes, so that every silo is probed by as many as it probes. Pure.</summary>
internal static class ProbeTargets
{
    /// <remarks>Silos that shut down are probed too, so that one which dies half way is declared dead; silos that join are not: they may not listen yet.</remarks>
    public static IReadOnlyList<SiloAddress> Choose(SiloAddress self, IEnumerable<ClusterMember> members, int count)
    {
        var ring = members
            .Where(m => m.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping || m.SiloAddress.Equals(self))
            .Select(m => m.SiloAddress).OrderBy(s => (uint)s.GetConsistentHashCode()).ThenBy(s => s).ToList();
        var start = ring.IndexOf(self);
        return start < 0 ? [] : [.. Enumerable.Range(1, ring.Count - 1).Take(count).Select(i => ring[(start + i) % ring.Count])];
    }
}
