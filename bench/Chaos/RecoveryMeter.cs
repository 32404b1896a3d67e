using Sheaf.Testbed;
using Sheaf.V1;

namespace Sheaf.Bench.Chaos;

/// <summary>
/// Recovery: from the last commit that a watcher had seen when a fault struck to the first one that it saw in a later generation, by the watcher's clock.
/// Progress is told a few times a second, so a figure is up to that much too high, never too low.
/// </summary>
internal static class RecoveryMeter
{
    /// <summary>Progress is told more often while a run goes on.</summary>
    private static readonly TimeSpan MostQuiet = TimeSpan.FromSeconds(1);

    /// <summary>What is known just before a fault.</summary>
    public static Mark Before(RunFollower run)
    {
        var (now, seen) = (TimeProvider.System.GetTimestamp(), run.Seen);
        var last = seen.LastOrDefault(each => each.Update.Progress is not null);
        return new(now, last.Update is null ? now : last.Timestamp, run.Experiment.Generation, seen.Count);
    }

    /// <param name="mark">Before the fault.</param>
    /// <param name="next">Before the next one; null: there was none. A run that stood still when it struck had not recovered yet, and is measured on.</param>
    /// <returns>Null: the run went on, or ended, as if nothing had happened, without a new generation.</returns>
    public static TimeSpan? Since(Mark mark, RunFollower run, Mark? next = null)
    {
        var wentOn = next is not null && next.LastCommit > mark.Struck && TimeProvider.System.GetElapsedTime(next.LastCommit, next.Struck) < MostQuiet;
        long highest = 0;
        var recovered = false;
        foreach (var (index, (timestamp, update)) in run.Seen.Index())
        {
            // What a later fault did is not this one's.
            if (wentOn && index >= next!.Seen && !recovered)
            {
                return null;
            }

            if (index >= mark.Seen && update.Experiment is { } experiment)
            {
                recovered |= experiment.Generation > mark.Generation && experiment.State is State.Running or State.Completed;
                if (recovered && experiment.State is State.Completed)
                {
                    return TimeProvider.System.GetElapsedTime(mark.LastCommit, timestamp);
                }
            }

            // Steps of before the fault may be told again after it; and the first ones of a generation come before the word that it runs, which is written.
            if (update.Progress is { } progress)
            {
                if (index >= mark.Seen && progress.Generation > mark.Generation && progress.Step > highest)
                {
                    return TimeProvider.System.GetElapsedTime(mark.LastCommit, timestamp);
                }

                highest = Math.Max(highest, progress.Step);
            }
        }

        return null;
    }

    /// <param name="Struck">When the fault struck.</param>
    /// <param name="LastCommit">When the last commit before it was seen.</param>
    /// <param name="Seen">How many updates had been seen.</param>
    public sealed record Mark(long Struck, long LastCommit, long Generation, int Seen);
}
