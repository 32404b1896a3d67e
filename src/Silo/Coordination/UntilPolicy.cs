namespace Sheaf.Silo.Coordination;

/// <summary>How far workers may run without asking.</summary>
public static class UntilPolicy
{
    /// <summary>The step up to which the list of directives should reach.</summary>
    /// <param name="applied">Steps that at least one worker has applied.</param>
    /// <param name="secondsPerStep">Measured; null where nothing is known yet.</param>
    /// <param name="total">Steps of the whole run.</param>
    /// <param name="pausesUpTo">Seconds that evaluations and checkpoints up to a step will take, beside the steps; grows with the step. Null: none.</param>
    public static long Horizon(
        long applied, double? secondsPerStep, long total, CoordinationOptions options, Func<long, double>? pausesUpTo = null)
    {
        var limit = options.Ahead.TotalSeconds;
        var ahead = secondsPerStep is > 0 and var seconds ? Math.Clamp((long)Math.Ceiling(limit / seconds), 1, options.MostSteps) : options.FirstSteps;
        var most = Math.Min(applied + ahead, total);
        if (pausesUpTo is null || pausesUpTo(most) == 0)
        {
            return most;
        }

        var least = Math.Min(applied + 1, total);
        while (least < most)
        {
            var middle = least + ((most - least + 1) / 2);
            (least, most) = ((middle - applied) * (secondsPerStep ?? 0)) + pausesUpTo(middle) <= limit ? (middle, most) : (least, middle - 1);
        }

        return most;
    }

    /// <summary>Whether it is time to extend: a quarter of the work ahead is used up, or the end is in reach.</summary>
    public static bool IsDue(long planned, long applied, long horizon, long total) =>
        planned < horizon && (horizon == total || horizon - planned >= (horizon - applied + 3) / 4);
}
