using Sheaf.Contracts.Grains;
namespace Sheaf.Silo.Storage;

/// <summary>
/// A circuit breaker for a store: open after a failure for some times as long as that took, within bounds. A store that is gone says so at
/// once and is asked again soon; one that hangs costs whoever waits for it a quarter of the time. Not thread-safe.
/// </summary>
internal sealed class StoreCircuit(StoreOptions options, TimeProvider time)
{
    private long _since;
    private TimeSpan _rest;

    /// <summary>The store failed and is to be left alone for now.</summary>
    public bool IsOpen => time.GetElapsedTime(_since) < _rest;

    /// <param name="asked">Timestamp at which the call that failed was made.</param>
    public void Fail(long asked)
    {
        _since = time.GetTimestamp();
        var rest = options.Rest * time.GetElapsedTime(asked, _since);
        _rest = rest < options.ShortestRest ? options.ShortestRest : rest > options.LongestRest ? options.LongestRest : rest;
    }

    /// <summary>Of failures only those of a store count: any other says nothing of how long it should be left alone.</summary>
    /// <param name="asked">Timestamp at which the call that failed was made.</param>
    public void Fail(Exception failure, long asked)
    {
        if (IsOfStore(failure))
        {
            Fail(asked);
        }
    }

    /// <summary>Whether a store is away, or slow to say so.</summary>
    public static bool IsOfStore(Exception failure) => failure is StateStoreException or TimeoutException;

    /// <summary>The store does what it is asked again.</summary>
    public void Close() => _rest = TimeSpan.Zero;
}
