using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>
/// What watchers of one experiment are told, newest last: the last updates, but of progress only the newest, so that a slow watcher costs
/// nothing and blocks nobody. Not thread-safe: used within turns of one grain.
/// </summary>
public sealed class UpdateFeed
{
    private readonly int _kept;
    private readonly Queue<ExperimentUpdate> _updates = new();
    private ExperimentUpdate? _progress;
    private TaskCompletionSource _changed = New();

    /// <param name="first">The first sequence number to give; above all that were given before, by earlier activations too.</param>
    /// <param name="kept">Updates that are kept for watchers who were away.</param>
    public UpdateFeed(long first, int kept) => (Next, Oldest, _kept) = (first, first, kept);

    /// <summary>The sequence number of the next update.</summary>
    public long Next { get; private set; }

    /// <summary>Updates below it are forgotten.</summary>
    public long Oldest { get; private set; }

    /// <summary>Completes at the next update.</summary>
    public Task Changed => _changed.Task;

    public void Add(ExperimentUpdate update)
    {
        var numbered = update with { Sequence = Next++ };
        if (numbered.Progress is not null)
        {
            _progress = numbered;
        }
        else
        {
            _updates.Enqueue(numbered);
            if (_updates.Count > _kept)
            {
                Oldest = _updates.Dequeue().Sequence + 1;
            }
        }

        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }

    /// <summary>Whether a reader that wants <paramref name="sequence"/> next has missed something, or comes from another life.</summary>
    public bool HasLost(long sequence) => sequence < Oldest || sequence > Next;

    /// <summary>All that is known from <paramref name="sequence"/> on, in order.</summary>
    public IReadOnlyList<ExperimentUpdate> From(long sequence)
    {
        var found = _updates.Where(update => update.Sequence >= sequence).ToList();
        if (_progress is not null && _progress.Sequence >= sequence)
        {
            var place = found.FindIndex(update => update.Sequence > _progress.Sequence);
            found.Insert(place < 0 ? found.Count : place, _progress);
        }

        return found;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
