using System.Collections.Immutable;

namespace Orleans.Runtime.MembershipService;

/// <summary>The membership table as of one version. Immutable.</summary>
internal sealed class MembershipView
{
    public MembershipView(MembershipTableData data)
    {
        Table = data;
        var members = data.Members.Select(m => m.Item1).ToImmutableDictionary(m => m.SiloAddress, m => new ClusterMember(m.SiloAddress, m.Status, m.SiloName));
        Snapshot = new ClusterMembershipSnapshot(members, new MembershipVersion(data.Version.Version));
        Active = [.. members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress).Order()];
    }

    public static MembershipView Empty { get; } = new(new MembershipTableData(new TableVersion(int.MinValue, "")));

    public MembershipTableData Table { get; }

    public ClusterMembershipSnapshot Snapshot { get; }

    /// <summary>In order of their addresses.</summary>
    public ImmutableArray<SiloAddress> Active { get; }

    public SiloStatus StatusOf(SiloAddress silo) => Snapshot.GetSiloStatus(silo);

    /// <summary>Dead, or gone from the table, or followed by a silo on the same endpoint.</summary>
    public bool IsDead(SiloAddress silo) => StatusOf(silo) == SiloStatus.Dead;
}
