using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class CallTests(PrivatePostgres postgres)
{
    [Fact]
    public async Task Calls_GoAcrossSilos_AndAGrainIsActiveOnce()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3);
        var silos = new HashSet<string>();
        for (var i = 0; i < 30; i++)
        {
            var seen = new HashSet<string>();
            for (var s = 0; s < 3; s++)
            {
                seen.Add(await cluster[s].Grains.GetGrain<IPlaceGrain>($"grain-{i}").Where());
            }

            silos.Add(Assert.Single(seen));
        }

        Assert.Equal(3, silos.Count);
    }
}
