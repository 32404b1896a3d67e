using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>News that the experiment has not taken in yet. Not thread-safe.</summary>
public sealed class Outbox
{
    /// <summary>Null: nothing to tell.</summary>
    public RunNews? Pending { get; private set; }

    public void Add(RunNews news)
    {
        if (news.Snapshot is null && news.Progress is null && news.Checkpoint is null && news.Checkpoints is null
            && news.Steps.Count + news.Evaluations.Count + news.Events.Count + news.Generations.Count + news.Epochs.Count == 0)
        {
            return;
        }

        Pending = Pending is not { } before ? news : new RunNews
        {
            Snapshot = news.Snapshot ?? before.Snapshot,
            Progress = news.Progress ?? before.Progress,
            Steps = Join(before.Steps, news.Steps),
            Evaluations = Join(before.Evaluations, news.Evaluations),
            Checkpoint = news.Checkpoint ?? before.Checkpoint,
            Checkpoints = news.Checkpoints ?? before.Checkpoints,
            Events = Join(before.Events, news.Events),
            Generations = Join(before.Generations, news.Generations),
            Epochs = Join(before.Epochs, news.Epochs),
        };
    }

    /// <summary>Gives what is pending, to be published; null: nothing.</summary>
    public RunNews? Take()
    {
        var taken = Pending;
        Pending = null;
        return taken;
    }

    /// <summary>What was taken could not be published: it comes before what has been added since.</summary>
    public void PutBack(RunNews taken)
    {
        var since = Take();
        Add(taken);
        if (since is not null)
        {
            Add(since);
        }
    }

    private static IReadOnlyList<T> Join<T>(IReadOnlyList<T> first, IReadOnlyList<T> second) =>
        first.Count == 0 ? second : second.Count == 0 ? first : first.Concat(second).ToArray();
}
