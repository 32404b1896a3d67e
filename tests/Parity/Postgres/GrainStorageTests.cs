using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Sheaf.Tests.Parity.Postgres;

/// <summary>The official grain storage on PostgreSQL, with our script and the serializer of the silos.</summary>
[Collection(nameof(DatabaseCollection))]
public sealed class GrainStorageTests(Database database) : IAsyncLifetime
{
    private const string Deleting = "deleting";

    private readonly GrainId _grain = GrainId.Create("coordinator", "experiment/1");
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            foreach (var name in new[] { ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, Deleting })
            {
                silo.AddAdoNetGrainStorage(name, storage => storage.Configure<IServiceProvider>((options, services) =>
                {
                    (options.Invariant, options.ConnectionString, options.DeleteStateOnClear) = ("Npgsql", database.Connection, name == Deleting);
                    options.GrainStorageSerializer = ActivatorUtilities.CreateInstance<SystemTextJsonGrainStorageSerializer>(services);
                }));
            }
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)]
    [InlineData(Deleting)]
    public async Task State_IsWrittenReadAndCleared(string name)
    {
        var storage = Storage(name);
        var state = new GrainState<Counter>(new() { Value = 5 });

        await storage.WriteStateAsync("state", _grain, state);
        Assert.Equal("1", state.ETag);
        state.State = new() { Value = 6 };
        await storage.WriteStateAsync("state", _grain, state);
        var read = await Read(storage);
        Assert.Equal((6, "2", true), (read.State!.Value, read.ETag, read.RecordExists));
        await storage.ClearStateAsync("state", _grain, read);

        var cleared = await Read(storage);
        Assert.False(cleared.RecordExists);
        cleared.State = new() { Value = 1 };
        await storage.WriteStateAsync("state", _grain, cleared);
        Assert.Equal(1, (await Read(storage)).State!.Value);
    }

    [Fact]
    public async Task NothingStored_IsReadAsNoRecord()
    {
        var read = await Read(Storage(), GrainId.Create("coordinator", "nobody"));
        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
    }

    [Fact]
    public async Task StaleWriteAndClear_AreRefused()
    {
        var storage = Storage();
        var grain = GrainId.Create("coordinator", "stale");
        var state = new GrainState<Counter>(new() { Value = 5 });
        await storage.WriteStateAsync("state", grain, state);
        var stale = await Read(storage, grain);
        await storage.WriteStateAsync("state", grain, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", grain, new GrainState<Counter>(new())));
        Assert.Equal("2", (await Read(storage, grain)).ETag);
    }

    [Fact]
    public async Task ManyFirstWritesAtOnce_OneWins()
    {
        var storage = Storage();
        var grain = GrainId.Create("coordinator", "contended");

        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(async value =>
        {
            try
            {
                await storage.WriteStateAsync("state", grain, new GrainState<Counter>(new() { Value = value }));
                return value;
            }
            catch (InconsistentStateException)
            {
                return -1;
            }
        }));

        Assert.Equal(Assert.Single(won, value => value >= 0), (await Read(storage, grain)).State!.Value);
    }

    private IGrainStorage Storage(string name = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME) =>
        _cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(name);

    private async Task<GrainState<Counter>> Read(IGrainStorage storage, GrainId? grain = null)
    {
        var state = new GrainState<Counter>();
        await storage.ReadStateAsync("state", grain ?? _grain, state);
        return state;
    }

    internal sealed class Counter
    {
        public int Value { get; set; }
    }
}
