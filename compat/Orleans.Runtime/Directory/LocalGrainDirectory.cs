using System.Collections.Concurrent;
using Orleans.GrainDirectory;

namespace Orleans.Runtime.GrainDirectory;

/// <summary>Where grains are active, for a silo that is alone. Many silos need one that they share. Thread-safe.</summary>
internal sealed class LocalGrainDirectory : IGrainDirectory
{
    private readonly ConcurrentDictionary<GrainId, GrainAddress> _addresses = new();

    public Task<GrainAddress?> Register(GrainAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Task.FromResult<GrainAddress?>(_addresses.GetOrAdd(address.GrainId, address));
    }

    public Task Unregister(GrainAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _addresses.TryRemove(new KeyValuePair<GrainId, GrainAddress>(address.GrainId, address));
        return Task.CompletedTask;
    }

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(_addresses.GetValueOrDefault(grainId));

    public Task UnregisterSilos(List<SiloAddress> siloAddresses)
    {
        foreach (var address in _addresses.Values.Where(a => siloAddresses.Contains(a.SiloAddress!)))
        {
            _addresses.TryRemove(new KeyValuePair<GrainId, GrainAddress>(address.GrainId, address));
        }

        return Task.CompletedTask;
    }
}
