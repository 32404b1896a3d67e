using Orleans.Configuration;
using Orleans.Runtime.Probes;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>COMPAT's failure behaviour, as far as it concerns connections: the second silo is reached through a proxy that the test breaks.</summary>
[Collection(nameof(AdoNetCollection))]
public sealed class BrokenLinkTests(PrivatePostgres postgres)
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task ClosedConnectionAlone_EvictsNobody_AndIsMadeAgain()
    {
        await using var proxy = new LinkProxy();
        await using var cluster = await StartAsync(proxy, liveness: true);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "grain");
        var prober = cluster[0].Services.GetRequiredService<Prober>();
        await grain.Where();
        var version = cluster[0].Membership.CurrentSnapshot.Version;

        for (var i = 0; i < 5; i++)
        {
            proxy.CloseAll();
            await AnsweredAsync(grain);
            Assert.True(await prober.Ask(cluster[1].Address));
        }

        await cluster[0].Membership.Refresh(default, TestContext.Current.CancellationToken);
        Assert.Equal(version, cluster[0].Membership.CurrentSnapshot.Version);
        Assert.Single(cluster[1].Events.Activated);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task NewCallOverABrokenLink_IsRejectedOrTimesOut_AndTheLinkComesBackByItself()
    {
        await using var proxy = new LinkProxy();
        await using var cluster = await StartAsync(proxy, liveness: false);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "grain");
        await grain.Where();

        proxy.Cut();
        await RejectedAsync(grain);
        proxy.Heal();
        await AnsweredAsync(grain);

        Assert.Equal(SiloStatus.Active, cluster[0].Membership.CurrentSnapshot.GetSiloStatus(cluster[1].Address));
        Assert.Single(cluster[1].Events.Activated);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task CallInFlight_FailsWithSiloUnavailable_OnlyWhenTheSiloIsDeclaredDead()
    {
        await using var proxy = new LinkProxy();
        await using var cluster = await StartAsync(proxy, liveness: false);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "grain");
        var flight = grain.WaitAsync("flight", CancellationToken.None);
        await cluster[1].Events.Wait("flight began");

        proxy.Cut();
        await RejectedAsync(DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "other"));
        Assert.False(flight.IsCompleted);

        Assert.True(await cluster[0].Membership.TryKill(cluster[1].Address));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => flight);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task SiloThatCannotBeReached_IsDeclaredDead_AndStopsWhenItReadsThat()
    {
        await using var proxy = new LinkProxy();
        await using var cluster = await StartAsync(proxy, liveness: true);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "grain");
        await grain.Where();

        // The second one still reaches the first, so each could accuse the other; it is the first one whose probes fail.
        proxy.Cut();

        await cluster[0].SeesAsync(cluster[1].Address, SiloStatus.Dead);
        Assert.Contains("has been declared dead", await cluster[1].Fatal.First, StringComparison.Ordinal);
        Assert.Equal(cluster[0].Address.ToString(), await grain.Where());
    }

    private static async Task RejectedAsync(IPlaceGrain grain)
    {
        // What was written into a connection that breaks at that moment times out; the next one cannot be sent.
        while (true)
        {
            try
            {
                await grain.WhereSoon();
                Assert.Fail("The link is cut, yet a call came through.");
            }
            catch (OrleansMessageRejectionException)
            {
                return;
            }
            catch (TimeoutException)
            {
                // Call again.
            }
        }
    }

    private static async Task AnsweredAsync(IPlaceGrain grain)
    {
        while (true)
        {
            try
            {
                await grain.WhereSoon();
                return;
            }
            catch (Exception exception) when (exception is OrleansMessageRejectionException or TimeoutException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<TestCluster> StartAsync(LinkProxy proxy, bool liveness)
    {
        var cluster = await TestCluster.StartAsync(postgres, 1, silo =>
        {
            DirectedPlacementDirector.AddTo(silo);
            silo.Configure<ClusterMembershipOptions>(o => o.LivenessEnabled = liveness);
        });
        await cluster.AddAsync(proxy: proxy);
        await cluster.SettledAsync();
        return cluster;
    }
}
