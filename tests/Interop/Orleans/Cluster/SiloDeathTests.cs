using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class SiloDeathTests(PrivatePostgres postgres)
{
    [Fact]
    public async Task KilledSilo_IsDeclaredDeadByTheProbes_AndItsGrainsAreCallableElsewhere()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3);
        var victim = cluster[2].Address.ToString();
        var lost = await PlacedOnAsync(cluster[0], victim);

        cluster[2].Kill();
        await cluster[0].SeesAsync(cluster[2].Address, SiloStatus.Dead);

        Assert.NotEqual(victim, await lost.Where());
    }

    private static async Task<IPlaceGrain> PlacedOnAsync(ClusterSilo from, string silo)
    {
        for (var i = 0; ; i++)
        {
            var grain = from.Grains.GetGrain<IPlaceGrain>($"lost-{i}");
            if (await grain.Where() == silo)
            {
                return grain;
            }
        }
    }
}
