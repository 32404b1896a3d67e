namespace Sheaf.Silo.Storage;

/// <summary>
/// Whether a store that has failed should be left alone for now: three times as long as the failure took, 1 s at least and 30 s at most. One that is gone
/// says so at once and is asked every second; one that hangs costs whoever waits for it a quarter of the time. Not thread-safe.
/// </summary>
internal sealed class StoreRest(TimeProvider time)
{
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    private const int Times = 3;

    private long _since;
    private TimeSpan _rest;

    public bool IsOn => time.GetElapsedTime(_since) < _rest;

    /// <param name="asked">Timestamp at which the call that failed was made.</param>
    public void After(long asked)
    {
        _since = time.GetTimestamp();
        var rest = Times * time.GetElapsedTime(asked, _since);
        _rest = rest < Least ? Least : rest > Most ? Most : rest;
    }

    /// <summary>Of failures only those of a store count: any other says nothing of how long it should be left alone.</summary>
    /// <param name="asked">Timestamp at which the call that failed was made.</param>
    public void AfterFailure(Exception failure, long asked)
    {
        if (IsOfStore(failure))
        {
            After(asked);
        }
    }

    /// <summary>Whether a store is away, or slow to say so.</summary>
    public static bool IsOfStore(Exception failure) => failure is StateStoreException or TimeoutException;

    /// <summary>The store does what it is asked again.</summary>
    public void End() => _rest = TimeSpan.Zero;
}
