using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Entries that were sent to the ledger and are not on the store: sent again when the experiment's grain has forgotten them. Not thread-safe.
/// </summary>
public sealed class LedgerFeed
{
    private readonly SortedDictionary<long, StepCommit> _told = [];

    /// <summary>Steps below it are on the store.</summary>
    public long Durable { get; private set; }

    public void Told(IReadOnlyList<StepCommit> steps)
    {
        foreach (var step in steps)
        {
            _told[step.Step] = step;
        }
    }

    /// <summary>Null: it was not sent, or is on the store.</summary>
    public StepCommit? Told(long step) => _told.GetValueOrDefault(step);

    /// <summary>Takes the ledger's word in. Gives what it lacks.</summary>
    public IReadOnlyList<StepCommit> Acknowledge(LedgerTail tail)
    {
        Durable = Math.Max(Durable, tail.Durable);
        while (_told.Count > 0 && _told.First().Key is var first && first < Durable)
        {
            _told.Remove(first);
        }

        // Where the first of them is not the one that the ledger waits for, telling it again would not help.
        return _told.ContainsKey(tail.Recorded) ? _told.Values.Where(step => step.Step >= tail.Recorded).ToArray() : [];
    }
}
