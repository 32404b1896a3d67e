namespace Sheaf.Client.Watching;

/// <summary>How long to wait before asking a lost server again: 0.25 s, doubled each time, at most 5 s, for at most <see cref="GiveUpAfter"/> in all.</summary>
internal static class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static TimeSpan GiveUpAfter { get; } = TimeSpan.FromMinutes(5);

    /// <param name="attempt">From 0.</param>
    /// <param name="lost">How long the server has been away.</param>
    /// <returns>The wait, or <c>null</c>: give up.</returns>
    public static TimeSpan? Next(int attempt, TimeSpan lost) =>
        lost >= GiveUpAfter ? null : attempt >= 5 ? Longest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << attempt));
}
