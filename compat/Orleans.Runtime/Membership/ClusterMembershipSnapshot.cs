using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>The cluster as of one version.</summary>
[GenerateSerializer, Immutable]
public sealed class ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember> members, MembershipVersion version)
{
    [Id(0)]
    public ImmutableDictionary<SiloAddress, ClusterMember> Members { get; } = members;

    [Id(1)]
    public MembershipVersion Version { get; } = version;

    public SiloStatus GetSiloStatus(SiloAddress silo) => Members.TryGetValue(silo, out var member) ? member.Status : SiloStatus.None;

    public override string ToString() => $"{Version}: {string.Join(", ", Members.Values)}";
}
