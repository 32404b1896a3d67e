using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Cluster;

/// <summary>The membership as Orleans has it on this silo, and what silos wrote into the cluster's database. Thread-safe.</summary>
internal sealed class LocalClusterLook(IClusterMembershipService membership, ISiloDirectory directory) : IClusterLook
{
    public async Task<ClusterFacts> Look(CancellationToken cancellationToken) => new()
    {
        Members = Members(membership.CurrentSnapshot),
        Places = (await directory.All(cancellationToken))
            .Select(silo => new SiloPlace { Name = silo.Name, Address = silo.Address.ToParsableString(), Pid = silo.Pid, Grpc = silo.Grpc })
            .ToArray(),
    };

    public static IReadOnlyList<MemberInfo> Members(ClusterMembershipSnapshot snapshot) => snapshot.Members.Values.Select(member => new MemberInfo
    {
        Name = member.Name,
        Address = member.SiloAddress.ToParsableString(),
        Incarnation = member.SiloAddress.Generation,
        Status = Of(member.Status),
    }).ToArray();

    private static MemberStatus Of(SiloStatus status) => status switch
    {
        SiloStatus.Created or SiloStatus.Joining => MemberStatus.Joining,
        SiloStatus.Active => MemberStatus.Active,
        SiloStatus.ShuttingDown or SiloStatus.Stopping => MemberStatus.Stopping,
        _ => MemberStatus.Dead,
    };
}
