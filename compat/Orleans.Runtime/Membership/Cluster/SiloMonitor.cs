using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Probes;

namespace Orleans.Runtime.MembershipService;

/// <summary>Has the right silos probed, and votes against those that do not answer. Thread-safe.</summary>
internal sealed class SiloMonitor(Prober prober, ClusterMembership membership, IOptions<ClusterMembershipOptions> options, ILogger<SiloMonitor> logger)
{
    private readonly ConcurrentDictionary<SiloAddress, bool> _voting = new();
    private volatile bool _running;

    public void Start()
    {
        if (!options.Value.LivenessEnabled)
        {
            return;
        }

        _running = true;
        prober.Suspected += OnSuspected;
        membership.Changed += (_, view) => Watch(view);
        Watch(membership.View);
    }

    public void Stop()
    {
        _running = false;
        prober.Watch([]);
    }

    private void Watch(MembershipView view)
    {
        if (_running)
        {
            prober.Watch(ProbeTargets.Choose(membership.LocalSilo, view.Snapshot.Members.Values, options.Value.NumProbedSilos));
        }
    }

    // Every further missed probe comes here again, so a vote that could not be written is repeated.
    private void OnSuspected(SiloAddress silo)
    {
        if (_running && _voting.TryAdd(silo, true))
        {
            _ = Task.Run(() => Vote(silo));
        }
    }

    private async Task Vote(SiloAddress silo)
    {
        try
        {
            await membership.Suspect(silo, CancellationToken.None);
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "{Silo} does not answer, but the membership table cannot be changed: it stays a member until it can.", silo);
        }
        finally
        {
            _voting.TryRemove(silo, out _);
        }
    }
}
