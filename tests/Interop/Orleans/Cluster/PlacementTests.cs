using Orleans.Runtime.Placement;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class PlacementTests(PrivatePostgres postgres)
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task Strategies_PlaceAsTheirNamesSay()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3, DirectedPlacementDirector.AddTo);
        var local = new HashSet<string>();
        var hashed = new HashSet<string>();
        var random = new HashSet<string>();
        for (var i = 0; i < 30; i++)
        {
            local.Add(await cluster[1].Grains.GetGrain<ILocalGrain>($"local-{i}").Where());
            hashed.Add(await cluster[1].Grains.GetGrain<IHashedGrain>($"hashed-{i}").Where());
            random.Add(await cluster[1].Grains.GetGrain<IPlaceGrain>($"random-{i}").Where());
        }

        Assert.Equal([cluster[1].Address.ToString()], local);
        Assert.Equal(3, hashed.Count);
        Assert.Equal(3, random.Count);

        RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster[2].Address);
        Assert.Equal(cluster[2].Address.ToString(), await cluster[0].Grains.GetGrain<IPlaceGrain>("hinted").Where());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task DirectorThatNamesASiloThatIsNotAlive_FailsTheCallAndSaysWhatIs()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 2, DirectedPlacementDirector.AddTo);
        var gone = cluster[1].Address;
        await cluster[1].StopAsync();
        await cluster[0].SeesAsync(gone, SiloStatus.Dead);

        var exception = await Assert.ThrowsAsync<OrleansException>(() => DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "only").Where());

        Assert.Contains($"chose the silo {gone}, which is Dead", exception.Message, StringComparison.Ordinal);
        Assert.Contains(cluster[0].Address.ToString(), exception.Message, StringComparison.Ordinal);
    }
}
