using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>The membership of a silo that is alone: itself. Many silos get theirs from an <see cref="IMembershipTable"/>. Thread-safe.</summary>
internal sealed class SingleSiloMembership : IClusterMembershipService, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ILocalSiloDetails _silo;
    private readonly SnapshotFeed _feed;

    public SingleSiloMembership(ILocalSiloDetails silo)
    {
        _silo = silo;
        _feed = new SnapshotFeed(Snapshot(SiloStatus.Created, 0));
    }

    public ClusterMembershipSnapshot CurrentSnapshot => _feed.Current;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _feed.Updates();

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

    /// <summary>There is no other silo.</summary>
    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe("membership", ServiceLifecycleStage.BecomeActive, _ => Become(SiloStatus.Active), _ => Become(SiloStatus.ShuttingDown));
        lifecycle.Subscribe("membership", ServiceLifecycleStage.RuntimeInitialize, _ => Become(SiloStatus.Joining), _ => Become(SiloStatus.Dead));
    }

    private Task Become(SiloStatus status)
    {
        _feed.Publish(Snapshot(status, _feed.Current.Version.Value + 1));
        return Task.CompletedTask;
    }

    private ClusterMembershipSnapshot Snapshot(SiloStatus status, long version) =>
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(_silo.SiloAddress, new ClusterMember(_silo.SiloAddress, status, _silo.Name)), new MembershipVersion(version));
}
