using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orleans.GrainDirectory;
using Orleans.Runtime.MembershipService;

namespace Orleans.Runtime.GrainDirectory;

/// <summary>The directory that the silos share, with what this silo has learned of it. What is remembered may be old: whoever receives a message checks. Thread-safe.</summary>
internal sealed class ClusterGrainDirectory(DirectoryTable table, ClusterMembership membership, ILogger<ClusterGrainDirectory> logger) : IGrainDirectory
{
    private const int MaxRemembered = 100_000;

    private readonly ConcurrentDictionary<GrainId, SiloAddress> _known = new();

    public SiloAddress? Remembered(GrainId grain) => _known.GetValueOrDefault(grain);

    public void Remember(GrainId grain, SiloAddress silo)
    {
        if (membership.View.IsDead(silo))
        {
            return;
        }

        if (_known.Count >= MaxRemembered)
        {
            _known.Clear();
        }

        _known[grain] = silo;
    }

    public void Forget(GrainId grain) => _known.TryRemove(grain, out _);

    public void Forget(SiloAddress silo)
    {
        foreach (var (grain, known) in _known)
        {
            if (known.Equals(silo))
            {
                _known.TryRemove(new KeyValuePair<GrainId, SiloAddress>(grain, silo));
            }
        }
    }

    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, CancellationToken.None);

    public async Task<GrainAddress?> Register(GrainAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            var registered = await table.Register(address, cancellationToken);
            Remember(address.GrainId, registered.SiloAddress!);
            return registered;
        }
        catch (DbException exception)
        {
            logger.LogDebug(exception, "Grain {Grain} cannot be registered.", address.GrainId);
#pragma warning disable MA0054 // A caller on another silo could not be sent the cause: with it, the whole exception would arrive as CodecNotFoundException.
            throw new OrleansException($"Grain {address.GrainId} cannot be activated while the directory's database cannot be written: {exception.Message}");
#pragma warning restore MA0054
        }
    }

    public async Task<GrainAddress?> Lookup(GrainId grainId)
    {
        var found = await table.Lookup(grainId, CancellationToken.None);
        return found is null || membership.View.IsDead(found.SiloAddress!) ? null : found;
    }

    public async Task Unregister(GrainAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Forget(address.GrainId);
        try
        {
            await table.Unregister(address, CancellationToken.None);
        }
        catch (DbException exception)
        {
            // The row is replaced when the grain is activated next: here, or elsewhere once this silo is dead.
            logger.LogWarning(exception, "The end of {Address} could not be written into the directory.", address);
        }
    }

    public async Task UnregisterSilos(List<SiloAddress> siloAddresses)
    {
        ArgumentNullException.ThrowIfNull(siloAddresses);
        foreach (var silo in siloAddresses)
        {
            await table.Unregister(silo, CancellationToken.None);
        }
    }
}
