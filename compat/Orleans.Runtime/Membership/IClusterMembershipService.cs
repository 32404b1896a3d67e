namespace Orleans.Runtime;

public interface IClusterMembershipService
{
    ClusterMembershipSnapshot CurrentSnapshot { get; }

    /// <summary>The current snapshot, then each later one.</summary>
    IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates { get; }

    ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default);

    Task<bool> TryKill(SiloAddress siloAddress);
}
