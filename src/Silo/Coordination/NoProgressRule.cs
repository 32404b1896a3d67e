using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>When a device thread that does nothing counts as lost, even though its silo answers.</summary>
public static class NoProgressRule
{
    /// <summary>Seconds.</summary>
    public static double Limit(double? medianStepSeconds, FailureOptions options) =>
        Math.Max(options.NoProgress.TotalSeconds, options.NoProgressSteps * (medianStepSeconds ?? 0));

    /// <summary>The workers that compute or apply one step for too long while others wait for them at its barrier.</summary>
    /// <param name="activities">The newest of each worker, its seconds brought up to now.</param>
    /// <param name="limit">Seconds.</param>
    public static IReadOnlyList<int> Of(IReadOnlyCollection<WorkerActivity> activities, double limit)
    {
        return activities
            .Where(one => one.Phase is WorkerPhase.Computing or WorkerPhase.Applying && one.Seconds > limit
            && activities.Any(other => other.Phase == WorkerPhase.Reducing && other.Step == one.Step && other.Worker != one.Worker))
            .Select(one => one.Worker)
            .ToArray();
    }
}
