using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Links;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.MembershipService;

/// <summary>
/// A silo that stops says so to each other one over the link, behind everything that it has sent there, and is answered behind everything that was sent to
/// it: so it knows what is still to come before it is Dead, which fails the calls in flight to it. Thread-safe.
/// </summary>
internal sealed class Farewell(ClusterMembership membership, SiloLinks links, [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SiloAddress, bool> _leaving = new();
    private readonly ConcurrentDictionary<(SiloAddress, long), TaskCompletionSource> _waiting = new();
    private long _last;

    /// <summary>The silo takes no more requests.</summary>
    public bool IsLeaving(SiloAddress silo) => _leaving.ContainsKey(silo);

    /// <summary>Returns when all have answered, or after a second: one that does not answer is not waited for.</summary>
    public async Task SayAsync()
    {
        var id = Interlocked.Increment(ref _last);
        var answers = new List<Task>();
        foreach (var silo in membership.View.Active.Remove(membership.LocalSilo))
        {
            var source = _waiting[(silo, id)] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            answers.Add(source.Task);
            links.Send(silo, FrameKind.Farewell, id, static (writer, number) => writer.WriteUnmanaged(number));
        }

        await Task.WhenAll(answers).WaitAsync(s_patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var key in _waiting.Keys)
        {
            _waiting.TryRemove(key, out _);
        }
    }

    public void Heard(SiloAddress from, long id)
    {
        _leaving[from] = true;
        links.Send(from, FrameKind.FarewellHeard, id, static (writer, number) => writer.WriteUnmanaged(number));
    }

    public void Answered(SiloAddress from, WireReader reader)
    {
        if (_waiting.TryRemove((from, reader.ReadUnmanaged<long>()), out var source))
        {
            source.TrySetResult();
        }
    }
}
