using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Which worker computes which shards.</summary>
public static class LeasePlanner
{
    /// <summary>Contiguous ranges in the order of workers, as equal as possible, the larger ones first.</summary>
    /// <param name="shards">1 or more.</param>
    /// <param name="workers">1 to <paramref name="shards"/>.</param>
    public static IReadOnlyList<Lease> Plan(int shards, int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, shards);
        var leases = new Lease[workers];
        var first = 0;
        for (var worker = 0; worker < workers; worker++)
        {
            var count = (shards / workers) + (worker < shards % workers ? 1 : 0);
            leases[worker] = new(worker, new(first, count));
            first += count;
        }

        return leases;
    }
}
