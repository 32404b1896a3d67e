using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Workers of earlier generations whose thread has not ended, so that their device is still in use. Not thread-safe: used under the gate of one experiment.
/// </summary>
internal sealed class StuckWorkers
{
    private readonly List<WorkerSlot> _slots = [];
    private long? _untoldOf;

    public IEnumerable<WorkerPlace> Places => _slots.Where(slot => !slot.Ended.IsCompleted).Select(slot => slot.Place);

    /// <summary>A generation has left; those of its workers that have not ended.</summary>
    public void Add(IReadOnlyList<WorkerSlot> slots, long generation)
    {
        _slots.RemoveAll(slot => slot.Ended.IsCompleted);
        _slots.AddRange(slots);
        _untoldOf = slots.Count > 0 ? generation : null;
    }

    /// <summary>Numbers for the first generation that asks: it goes on without them, and its successors know no such workers any more.</summary>
    public IReadOnlyList<int> TakeUntold(long generation)
    {
        var told = _untoldOf < generation ? Places.Select(place => place.Number).Distinct().ToArray() : [];
        _untoldOf = null;
        return told;
    }
}
