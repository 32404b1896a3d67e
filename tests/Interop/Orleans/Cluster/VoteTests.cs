using Orleans.Configuration;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class VoteTests(PrivatePostgres postgres)
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task DeathThatNeedsTwoVotes_IsDeclaredByTwo()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3, silo => silo.Configure<ClusterMembershipOptions>(o => o.NumVotesForDeathDeclaration = 2));

        cluster[2].Kill();
        await Task.WhenAll(cluster[0].SeesAsync(cluster[2].Address, SiloStatus.Dead), cluster[1].SeesAsync(cluster[2].Address, SiloStatus.Dead));

        // The dead one reads who has voted.
        var reason = await cluster[2].Fatal.First;
        Assert.Contains(cluster[0].Address.ToString(), reason, StringComparison.Ordinal);
        Assert.Contains(cluster[1].Address.ToString(), reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task ManySilosThatJoinAtOnce_AllBecomeActive_AndSeeEachOther()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 1);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => cluster.AddAsync())));

        await cluster.SettledAsync();
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task ChangesOfTheTable_ReachTheOthersWithoutWaitingForTheirNextReading()
    {
        // Without gossip they would see it in an hour.
        await using var cluster = await TestCluster.StartAsync(postgres, 2, silo => silo.Configure<ClusterMembershipOptions>(o =>
        {
            o.TableRefreshTimeout = TimeSpan.FromHours(1);
            o.LivenessEnabled = false;
        }));

        var third = await cluster.AddAsync();
        await cluster.SettledAsync();
        third.Kill();

        // By one that lives on: what a silo says while it ends may get lost.
        await cluster[0].Membership.TryKill(third.Address);
        await cluster[1].SeesAsync(third.Address, SiloStatus.Dead);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task SiloThatWasDeclaredDead_RegistersNoGrainMore()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 2, silo => silo.Configure<ClusterMembershipOptions>(o => o.TableRefreshTimeout = TimeSpan.FromHours(1)));
        cluster[1].Kill();
        await cluster[0].Membership.TryKill(cluster[1].Address);

        // It does not know yet; the database does.
        var exception = await Assert.ThrowsAnyAsync<OrleansException>(() => cluster[1].Grains.GetGrain<ILocalGrain>("late").Where());

        Assert.IsType<SiloUnavailableException>(exception);
        Assert.Empty(cluster[1].Events.Activated);
    }
}
