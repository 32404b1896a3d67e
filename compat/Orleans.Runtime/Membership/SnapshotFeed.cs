using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>The latest snapshot, and a stream of the later ones for everybody who asks; a slow reader skips some. Thread-safe.</summary>
internal sealed class SnapshotFeed(ClusterMembershipSnapshot first)
{
    private readonly Lock _lock = new();
    private ClusterMembershipSnapshot _snapshot = first;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClusterMembershipSnapshot Current => Volatile.Read(ref _snapshot);

    public void Publish(ClusterMembershipSnapshot snapshot)
    {
        lock (_lock)
        {
            Volatile.Write(ref _snapshot, snapshot);
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.TrySetResult();
        }
    }

    public async IAsyncEnumerable<ClusterMembershipSnapshot> Updates([EnumeratorCancellation] CancellationToken cancellationToken = default)
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
}
