using System.Collections.Immutable;
using System.Net;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.MembershipService;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>The pure decisions of membership and directory.</summary>
public sealed class MembershipRulesTests
{
    private static readonly DateTime s_now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private readonly ClusterMembershipOptions _options = new() { NumVotesForDeathDeclaration = 3, DeathVoteExpirationTimeout = TimeSpan.FromMinutes(2) };

    [Theory]
    [InlineData(10, 0, nameof(Suspicion.Verdict.Vote))]
    [InlineData(10, 1, nameof(Suspicion.Verdict.Vote))]
    [InlineData(10, 2, nameof(Suspicion.Verdict.DeclareDead))]
    [InlineData(3, 0, nameof(Suspicion.Verdict.Vote))]
    [InlineData(3, 1, nameof(Suspicion.Verdict.DeclareDead))]
    [InlineData(2, 0, nameof(Suspicion.Verdict.DeclareDead))]
    public void Decide_CountsVotesOfOthers_AndAsksNoMoreThanHalfTheCluster(int active, int others, string expected) =>
        Assert.Equal(expected, Suspicion.Decide(Suspect(Enumerable.Range(2, others).Select(i => (i, 1.0))), Silo(1), active, s_now, _options).ToString());

    [Fact]
    public void Decide_IgnoresOldVotes_RepeatedOnes_AndItsOwn()
    {
        Assert.Equal(Suspicion.Verdict.Vote, Suspicion.Decide(Suspect([(2, 121.0), (3, 500.0)]), Silo(1), 10, s_now, _options));
        Assert.Equal(Suspicion.Verdict.Vote, Suspicion.Decide(Suspect([(2, 1.0), (2, 2.0)]), Silo(1), 10, s_now, _options));
        Assert.Equal(Suspicion.Verdict.Vote, Suspicion.Decide(Suspect([(1, 1.0), (1, 2.0), (2, 1.0)]), Silo(1), 10, s_now, _options));
    }

    [Fact]
    public void Decide_DoesNothingAboutTheDead()
    {
        var dead = Suspect([]);
        dead.Status = SiloStatus.Dead;

        Assert.Equal(Suspicion.Verdict.AlreadyDead, Suspicion.Decide(dead, Silo(1), 10, s_now, _options));
    }

    [Fact]
    public void WithVote_KeepsFreshVotes_AndReplacesItsOwn()
    {
        var votes = Suspicion.WithVote(Suspect([(1, 1.0), (2, 1.0), (3, 500.0)]), Silo(1), s_now, _options);

        Assert.Equal([Silo(2), Silo(1)], votes.Select(v => v.Item1));
        Assert.Equal(s_now, votes[^1].Item2);
    }

    [Fact]
    public void Choose_ProbesAsManyAsAllowed_AndEverySiloIsProbedByAsMany()
    {
        var members = Enumerable.Range(1, 12).Select(i => new ClusterMember(Silo(i), SiloStatus.Active, $"silo-{i}")).ToList();

        var chosen = members.SelectMany(m => ProbeTargets.Choose(m.SiloAddress, members, 3)).ToList();

        Assert.All(chosen.GroupBy(s => s), g => Assert.Equal(3, g.Count()));
        Assert.Equal(12, chosen.Distinct().Count());
    }

    [Fact]
    public void Choose_LeavesOutItself_TheDeadAndTheJoining()
    {
        SiloStatus[] statuses = [SiloStatus.Active, SiloStatus.Dead, SiloStatus.Joining, SiloStatus.ShuttingDown, SiloStatus.Active];
        var members = statuses.Select((s, i) => new ClusterMember(Silo(i + 1), s, "")).ToList();

        Assert.Equal([Silo(4), Silo(5)], ProbeTargets.Choose(Silo(1), members, 10).Order());
        Assert.Empty(ProbeTargets.Choose(Silo(9), members, 10));
    }

    [Fact]
    public void OwnerOf_MovesOnlyTheGrainsOfTheSiloThatLeaves()
    {
        var silos = Enumerable.Range(1, 4).Select(Silo).ToImmutableArray();
        var grains = Enumerable.Range(0, 2000).Select(i => GrainId.Create("grain", $"{i}")).ToList();

        var before = grains.ToDictionary(g => g, g => DirectoryRing.OwnerOf(g, silos));
        var after = grains.ToDictionary(g => g, g => DirectoryRing.OwnerOf(g, silos.Remove(silos[2])));

        Assert.All(grains.Where(g => !silos[2].Equals(before[g])), g => Assert.Equal(before[g], after[g]));
        Assert.True(before.Values.Distinct().Count() > 1);
        Assert.Null(DirectoryRing.OwnerOf(grains[0], []));
    }

    private static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Loopback, 11110 + number, 100 + number);

    private static MembershipEntry Suspect(IEnumerable<(int Voter, double SecondsAgo)> votes)
    {
        var entry = new MembershipEntry { SiloAddress = Silo(9), Status = SiloStatus.Active };
        foreach (var (voter, ago) in votes)
        {
            entry.AddSuspector(Silo(voter), s_now.AddSeconds(-ago));
        }

        return entry;
    }
}
