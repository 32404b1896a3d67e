namespace Sheaf.Api.Cluster;

/// <summary>Calls that are given up before they end.</summary>
internal static class PatientCall
{
    /// <summary>Waits no longer than <paramref name="patience"/>. What becomes of the call after that is ignored, its failure included.</summary>
    /// <exception cref="TimeoutException">It was given up.</exception>
    public static Task<T> Within<T>(this Task<T> call, TimeSpan patience, TimeProvider time)
    {
        Observe(call);
        return call.WaitAsync(patience, time);
    }

    /// <inheritdoc cref="Within{T}"/>
    public static Task Within(this Task call, TimeSpan patience, TimeProvider time)
    {
        Observe(call);
        return call.WaitAsync(patience, time);
    }

    private static void Observe(Task call) =>
        _ = call.ContinueWith(
            static given => given.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
