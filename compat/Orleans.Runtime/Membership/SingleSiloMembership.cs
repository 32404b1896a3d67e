using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>The membership of a silo that is alone: itself. Many silos get theirs from an <see cref="IMembershipTable"/>. Thread-safe.</summary>
internal sealed class SingleSiloMembership : IClusterMembershipService, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ILocalSiloDetails _silo;
    private readonly Lock _lock = new();
    private ClusterMembershipSnapshot _snapshot;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SingleSiloMembership(ILocalSiloDetails silo)
    {
        _silo = silo;
        _snapshot = Snapshot(SiloStatus.Created, 0);
    }

    public ClusterMembershipSnapshot CurrentSnapshot => Volatile.Read(ref _snapshot);

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => Updates(CancellationToken.None);

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

    /// <summary>There is no other silo.</summary>
    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe("membership", ServiceLifecycleStage.BecomeActive, _ => Become(SiloStatus.Active), _ => Become(SiloStatus.ShuttingDown));
        lifecycle.Subscribe("membership", ServiceLifecycleStage.RuntimeInitialize, _ => Become(SiloStatus.Joining), _ => Become(SiloStatus.Dead));
    }

    private async IAsyncEnumerable<ClusterMembershipSnapshot> Updates([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        MembershipVersion? seen = null;
        while (true)
        {
            Task changed;
            ClusterMembershipSnapshot snapshot;
            lock (_lock)
            {
                changed = _changed.Task;
                snapshot = _snapshot;
            }

            if (snapshot.Version != seen)
            {
                seen = snapshot.Version;
                yield return snapshot;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private Task Become(SiloStatus status)
    {
        lock (_lock)
        {
            Volatile.Write(ref _snapshot, Snapshot(status, _snapshot.Version.Value + 1));
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.TrySetResult();
        }

        return Task.CompletedTask;
    }

    private ClusterMembershipSnapshot Snapshot(SiloStatus status, long version) =>
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(_silo.SiloAddress, new ClusterMember(_silo.SiloAddress, status, _silo.Name)), new MembershipVersion(version));
}
