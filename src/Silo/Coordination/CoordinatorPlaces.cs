using System.Collections.Concurrent;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// On which silo the coordinators of experiments are that have not ended: those of this silo as they are, those of others as their silos said last, which
/// may be some seconds old. Thread-safe.
/// </summary>
internal sealed class CoordinatorPlaces(ISiloHealth silos)
{
    private readonly ConcurrentDictionary<string, bool> _here = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string> _elsewhere = new Dictionary<string, string>();

    /// <summary>The experiments that are led here.</summary>
    public IReadOnlyList<string> Here => _here.Keys.Order(StringComparer.Ordinal).ToArray();

    /// <summary>A coordinator began here, or is here no more.</summary>
    public void Set(string experimentId, bool leads)
    {
        if (leads)
        {
            _here[experimentId] = true;
        }
        else
        {
            _here.TryRemove(experimentId, out _);
        }
    }

    /// <summary>What all silos say of themselves.</summary>
    /// <param name="own">Address of this silo, which knows better what is here.</param>
    public void Hear(IEnumerable<SiloInfo> all, string own)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var silo in all.Where(silo => silo.Address != own && !silos.IsDead(silo.Address)))
        {
            foreach (var experiment in silo.Coordinates)
            {
                places[experiment] = silo.Address;
            }
        }

        Volatile.Write(ref _elsewhere, places);
    }

    /// <summary>Whether its coordinator is on a silo that the cluster has not declared dead, as far as it is known here.</summary>
    public bool IsLed(string experimentId) =>
        _here.ContainsKey(experimentId) || (Volatile.Read(ref _elsewhere).TryGetValue(experimentId, out var silo) && !silos.IsDead(silo));
}
