using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;

namespace Sheaf.Tests.Interop.Orleans.AdoNet;

/// <summary>The official grain storage on PostgreSQL, with our script, by itself and under a grain.</summary>
[Collection(nameof(AdoNetCollection))]
public sealed class GrainStorageTests(PrivatePostgres postgres)
{
    private readonly GrainId _grain = GrainId.Create("counter", "run/1");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task State_IsWrittenReadAndCleared(bool deleteOnClear)
    {
        await using var silo = await StartAsync(deleteOnClear);
        var storage = Storage(silo);
        var state = new GrainState<StateTests.Counter>(new StateTests.Counter { Value = 5 });

        await storage.WriteStateAsync("state", _grain, state);
        Assert.Equal("1", state.ETag);
        state.State.Value = 6;
        await storage.WriteStateAsync("state", _grain, state);
        var read = await Read(storage);
        Assert.Equal((6, "2", true), (read.State.Value, read.ETag, read.RecordExists));
        await storage.ClearStateAsync("state", _grain, read);

        var cleared = await Read(storage);
        Assert.Equal((0, false), (cleared.State.Value, cleared.RecordExists));
        cleared.State.Value = 1;
        await storage.WriteStateAsync("state", _grain, cleared);
        Assert.Equal(1, (await Read(storage)).State.Value);
    }

    [Fact]
    public async Task StaleWriteAndClear_AreRefused()
    {
        await using var silo = await StartAsync();
        var storage = Storage(silo);
        var state = new GrainState<StateTests.Counter>(new StateTests.Counter { Value = 5 });
        await storage.WriteStateAsync("state", _grain, state);
        var stale = await Read(storage);
        await storage.WriteStateAsync("state", _grain, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", _grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", _grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", _grain, new GrainState<StateTests.Counter>(new StateTests.Counter())));
    }

    [Fact]
    public async Task ManyFirstWritesAtOnce_OneWins()
    {
        await using var silo = await StartAsync();
        var storage = Storage(silo);

        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await storage.WriteStateAsync("state", _grain, new GrainState<StateTests.Counter>(new StateTests.Counter { Value = i }));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }));

        Assert.Single(won, w => w);
    }

    [Fact]
    public async Task GrainsState_SurvivesItsSilo()
    {
        var service = Guid.NewGuid().ToString("N");
        await using (var first = await StartAsync(service: service))
        {
            Assert.Equal(5, await first.Grains.GetGrain<StateTests.IStateGrain>("a").Add(5));
        }

        await using var second = await StartAsync(service: service);
        Assert.Equal(6, await second.Grains.GetGrain<StateTests.IStateGrain>("a").Add(1));
    }

    private static IGrainStorage Storage(TestSilo silo) => silo.Services.GetRequiredKeyedService<IGrainStorage>("Default");

    private async Task<GrainState<StateTests.Counter>> Read(IGrainStorage storage)
    {
        var state = new GrainState<StateTests.Counter>();
        await storage.ReadStateAsync("state", _grain, state);
        return state;
    }

    private Task<TestSilo> StartAsync(bool deleteOnClear = false, string? service = null) => TestSilo.StartAsync(s =>
    {
        s.AddAdoNetGrainStorageAsDefault(o =>
        {
            o.Invariant = "Npgsql";
            o.ConnectionString = postgres.ConnectionString;
            o.DeleteStateOnClear = deleteOnClear;
        });
        s.Configure<ClusterOptions>(o => o.ServiceId = service ?? Guid.NewGuid().ToString("N"));
    });
}
