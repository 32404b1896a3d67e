using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class DirectoryTests(PrivatePostgres postgres)
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task Grain_CalledFromAllSilosAtOnce_IsActiveOnce()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3);
        var calls = Enumerable.Range(0, 300).Select(i => Task.Run(async () => (Grain: i % 40, Silo: await cluster[i % 3].Grains.GetGrain<IPlaceGrain>($"race-{i % 40}").Where())));

        var answers = await Task.WhenAll(calls);

        Assert.All(answers.GroupBy(a => a.Grain), g => Assert.Single(g.Select(a => a.Silo).Distinct()));
        Assert.Equal(3, answers.Select(a => a.Silo).Distinct().Count());

        // Every activation that lost a race ended before OnActivateAsync.
        var activated = Enumerable.Range(0, 3).SelectMany(i => cluster[i].Events.Activated).ToList();
        Assert.Equal(40, activated.Count);
        Assert.Equal(40, activated.Distinct().Count());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task CallToASiloThatNoLongerHasTheGrain_IsSentOn_AndTheCallerLearns()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3, DirectedPlacementDirector.AddTo);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "moved");
        Assert.Equal(cluster[1].Address.ToString(), await grain.Where());

        // It leaves, and comes back on the third silo because the second is on its way out; the first remembers the second.
        await cluster[1].StopAsync();
        var third = await cluster[2].Grains.GetGrain<IDirectedGrain>(grain.GetPrimaryKeyString()).Where();

        Assert.NotEqual(cluster[1].Address.ToString(), third);
        Assert.Equal(third, await grain.Where());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task IdleGrainThatWasDeactivated_IsFoundAgainByACallerThatRemembersIt()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 2, DirectedPlacementDirector.AddTo);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "idle");
        await grain.Where();

        cluster[1].Activation(grain).Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "test"), TestContext.Current.CancellationToken);
        await cluster[1].Events.Wait(grain.GetPrimaryKeyString() + " deactivated");

        Assert.Equal(cluster[1].Address.ToString(), await grain.Where());
        Assert.Equal(2, cluster[1].Events.Activated.Count);
    }
}
