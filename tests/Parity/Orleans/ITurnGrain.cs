using Orleans.Concurrency;

namespace Sheaf.Tests.Parity.Orleans;

internal interface ITurnGrain : IGrainWithStringKey
{
    /// <summary>Reports "NAME begins", waits for the gate NAME, reports "NAME ends".</summary>
    Task Hold(string name);

    [AlwaysInterleave]
    Task HoldInterleaved(string name);

    /// <summary>As <see cref="Hold"/>, given up by the caller after half a second or so.</summary>
    [ResponseTimeout("00:00:00.500")]
    Task HoldTooLong(string name);

    /// <summary>Reports "cancelled" when the token is.</summary>
    Task HoldUntilCancelled(CancellationToken cancellationToken);

    [ResponseTimeout("00:00:00.500")]
    Task HoldTooLongUntilCancelled(CancellationToken cancellationToken);

    /// <summary>Counts up without a lock, across awaits that leave the turn's thread.</summary>
    [AlwaysInterleave]
    Task<int> Count(int times);

    /// <summary>Starts two timers that are due at once, and holds the turn; they report "plain" and "interleaving".</summary>
    Task HoldWithTimers(string name);

    /// <summary>Numbers from 0 on, each after <see cref="Next"/>; reports "left" when nobody reads any more.</summary>
    IAsyncEnumerable<int> Numbers(CancellationToken cancellationToken = default);

    Task Next();

    Task Fail();
}
