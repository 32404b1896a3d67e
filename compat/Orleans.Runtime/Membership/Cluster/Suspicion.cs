using Orleans.Configuration;

namespace Orleans.Runtime.MembershipService;

/// <summary>What a silo that finds another one unreachable has to write into the membership table. Pure.</summary>
internal static class Suspicion
{
    public enum Verdict
    {
        /// <summary>Nothing: it is dead already.</summary>
        AlreadyDead,

        /// <summary>A vote among others.</summary>
        Vote,

        /// <summary>With this vote there are enough.</summary>
        DeclareDead,
    }

    /// <param name="active">How many silos are Active.</param>
    /// <remarks>Votes older than DeathVoteExpirationTimeout do not count; in a cluster of n silos no more than (n + 1) / 2 votes are asked for.</remarks>
    public static Verdict Decide(MembershipEntry suspect, SiloAddress voter, int active, DateTime now, ClusterMembershipOptions options)
    {
        if (suspect.Status == SiloStatus.Dead)
        {
            return Verdict.AlreadyDead;
        }

        var votes = 1 + Fresh(suspect, now, options).Where(v => !v.Item1.Equals(voter)).DistinctBy(v => v.Item1).Count();
        return votes >= Math.Min(options.NumVotesForDeathDeclaration, Math.Max(1, (active + 1) / 2)) ? Verdict.DeclareDead : Verdict.Vote;
    }

    /// <summary>The list of votes as it is to be written.</summary>
    public static List<Tuple<SiloAddress, DateTime>> WithVote(MembershipEntry suspect, SiloAddress voter, DateTime now, ClusterMembershipOptions options) =>
        [.. Fresh(suspect, now, options).Where(v => !v.Item1.Equals(voter)), Tuple.Create(voter, now)];

    private static IEnumerable<Tuple<SiloAddress, DateTime>> Fresh(MembershipEntry suspect, DateTime now, ClusterMembershipOptions options) =>
        (suspect.SuspectTimes ?? []).Where(v => v.Item2 + options.DeathVoteExpirationTimeout > now);
}
