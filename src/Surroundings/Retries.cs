using Polly;
using Polly.Retry;

namespace Sheaf.Surroundings;

/// <summary>
/// Pipelines that try again what failed and may succeed in a moment. What fails for good is thrown as it is. Not of use where a lease is at stake.
/// </summary>
public static class Retries
{
    /// <summary>Waits <paramref name="first"/> before the second attempt, and twice as long before each one after it.</summary>
    /// <param name="attempts">All in all, from 1.</param>
    public static ResiliencePipeline Doubling(TimeProvider time, int attempts, TimeSpan first, Func<Exception, bool> passing) => attempts <= 1
        ? ResiliencePipeline.Empty
        : Of(time, new()
        {
            MaxRetryAttempts = attempts - 1, Delay = first, BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = failed => ValueTask.FromResult(failed.Outcome.Exception is { } e && passing(e)),
        });

    /// <summary>
    /// Waits <paramref name="every"/> before each attempt; the last failure is thrown when <paramref name="limit"/> is over, counted from now.
    /// </summary>
    public static ResiliencePipeline Steady(TimeProvider time, TimeSpan limit, TimeSpan every, Func<Exception, bool> passing)
    {
        var began = time.GetTimestamp();
        return Of(time, new()
        {
            MaxRetryAttempts = int.MaxValue, Delay = every, BackoffType = DelayBackoffType.Constant,
            ShouldHandle = failed => ValueTask.FromResult(
                failed.Outcome.Exception is { } e && passing(e) && time.GetElapsedTime(began) < limit),
        });
    }

    private static ResiliencePipeline Of(TimeProvider time, RetryStrategyOptions options) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(options).Build();
}
