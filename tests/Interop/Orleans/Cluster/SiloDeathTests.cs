using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class SiloDeathTests(PrivatePostgres postgres)
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task KilledSilo_IsDeclaredDeadByTheProbes_AndItsGrainsAreCallableElsewhere()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3, DirectedPlacementDirector.AddTo);
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[2], "lost");
        Assert.Equal(cluster[2].Address.ToString(), await grain.Where());

        cluster[2].Kill();
        await cluster[0].SeesAsync(cluster[2].Address, SiloStatus.Dead);

        Assert.NotEqual(cluster[2].Address.ToString(), await grain.Where());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task TryKill_DeclaresDeadAtOnce_AndTheSiloStops()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 3, silo => silo.Configure<ClusterMembershipOptions>(o => o.NumVotesForDeathDeclaration = 3));

        Assert.True(await cluster[0].Membership.TryKill(cluster[1].Address));

        Assert.Equal(SiloStatus.Dead, cluster[0].Membership.CurrentSnapshot.GetSiloStatus(cluster[1].Address));
        Assert.Contains(cluster[0].Address.ToString(), await cluster[1].Fatal.First, StringComparison.Ordinal);
        await cluster[2].SeesAsync(cluster[1].Address, SiloStatus.Dead);

        // Nothing comes out of it any more.
        await Assert.ThrowsAnyAsync<OrleansException>(() => cluster[1].Grains.GetGrain<IPlaceGrain>("fenced").Where());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task DeathOfASilo_DeactivatesHealthyGrainsOfItsPartition_AndTheNextCallActivatesThem()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 2, DirectedPlacementDirector.AddTo);
        var owned = new List<IDirectedGrain>();
        var others = new List<IDirectedGrain>();
        for (var i = 0; owned.Count < 3 || others.Count < 3; i++)
        {
            var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[0], $"healthy-{i}");
            await grain.Where();
            (cluster[1].Address.Equals(DirectoryRing.OwnerOf(grain.GetGrainId(), [cluster[0].Address, cluster[1].Address])) ? owned : others).Add(grain);
        }

        Assert.True(await cluster[0].Membership.TryKill(cluster[1].Address));

        foreach (var grain in owned)
        {
            Assert.Equal(nameof(DeactivationReasonCode.DirectoryFailure), await cluster[0].Events.Wait(grain.GetPrimaryKeyString() + " deactivated"));
            Assert.Equal(cluster[0].Address.ToString(), await grain.Where());
        }

        Assert.All(others, g => Assert.NotNull(cluster[0].Activation(g)));
        Assert.Equal((2 * owned.Count) + others.Count, cluster[0].Events.Activated.Count);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task SiloRestartedOnItsEndpoint_HasANewerGeneration_AndItsPredecessorIsDeclaredDead()
    {
        // Nobody would notice: there are no probes.
        await using var cluster = await TestCluster.StartAsync(postgres, 2, silo => silo.Configure<ClusterMembershipOptions>(o => o.LivenessEnabled = false));
        var before = cluster[1];
        before.Kill();
        cluster.Remove(before);

        var after = await cluster.AddAsync(endpoint: before.Address.Endpoint);

        // Also within the second that the clock counts.
        Assert.Equal(before.Address.Endpoint, after.Address.Endpoint);
        Assert.True(after.Address.Generation > before.Address.Generation);
        await cluster[0].SeesAsync(before.Address, SiloStatus.Dead);
        await cluster.SettledAsync();
        await before.Fatal.First;
        await before.DisposeAsync();
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task SecondSiloOnAnEndpointThatIsTaken_IsRefusedWithTheFix()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 1);

        var exception = await Assert.ThrowsAsync<OrleansException>(() => TestSilo.StartAsync(silo =>
        {
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", postgres.ConnectionString));
            silo.ConfigureEndpoints(cluster[0].Address.Endpoint.Address, cluster[0].Address.Endpoint.Port, 0);
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster.Id, "tests"));
        }));

        Assert.Contains("every silo needs an endpoint of its own", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task SiloThatStops_WritesShuttingDown_MovesItsGrains_AndThenDead()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 2, DirectedPlacementDirector.AddTo);
        var leaving = cluster[1];
        var grain = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], leaving, "moving");
        await grain.Where();
        var shutting = cluster[0].SeesAsync(s => s.GetSiloStatus(leaving.Address) is SiloStatus.ShuttingDown or SiloStatus.Dead);

        await leaving.StopAsync();

        await shutting;
        Assert.Equal(nameof(DeactivationReasonCode.ShuttingDown), await leaving.Events.Wait(grain.GetPrimaryKeyString() + " deactivated"));
        await cluster[0].SeesAsync(leaving.Address, SiloStatus.Dead);
        Assert.Equal(cluster[0].Address.ToString(), await grain.Where());
        Assert.False(leaving.Fatal.HasHappened);
        Assert.DoesNotContain(leaving.Log.Entries, e => e.Level >= LogLevel.Error);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task CallsDuringAShutdown_AreAnsweredByTheNextActivation()
    {
        await using var cluster = await TestCluster.StartAsync(postgres, 2, DirectedPlacementDirector.AddTo);
        var leaving = cluster[1];
        var grains = Enumerable.Range(0, 10).Select(i => DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], leaving, $"moving-{i}")).ToList();
        await Task.WhenAll(grains.Select(g => g.Where()));
        using var stop = new CancellationTokenSource();
        var callers = grains.Select(g => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await g.Where();
            }
        })).ToList();

        await leaving.StopAsync();
        await stop.CancelAsync();

        // No call failed.
        await Task.WhenAll(callers);
        Assert.All(await Task.WhenAll(grains.Select(g => g.Where())), silo => Assert.Equal(cluster[0].Address.ToString(), silo));
    }
}
