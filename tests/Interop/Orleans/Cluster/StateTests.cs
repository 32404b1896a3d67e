using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

[Collection(nameof(AdoNetCollection))]
public sealed class StateTests(PrivatePostgres postgres)
{
    [Fact(Timeout = TestCluster.Patience)]
    public async Task StateThatTwoSilosHaveRead_IsWrittenByOne_AndTheOtherIsToldOfTheConflict()
    {
        await using var cluster = await TestCluster.StartAsync(
            postgres, 2, silo => silo.AddAdoNetGrainStorageAsDefault(o => (o.Invariant, o.ConnectionString) = ("Npgsql", postgres.ConnectionString)));
        var id = GrainId.Create("shared", Guid.NewGuid().ToString("N"));
        var storages = new[] { cluster[0], cluster[1] }.Select(s => s.Services.GetRequiredKeyedService<IGrainStorage>("Default")).ToArray();
        for (var round = 0; round < 10; round++)
        {
            var states = new[] { new GrainState<Written>(), new GrainState<Written>() };
            await Task.WhenAll(storages.Select((storage, i) => storage.ReadStateAsync("name", id, states[i])));
            Assert.Equal(states[0].ETag, states[1].ETag);

            var writes = storages.Select((storage, i) => Task.Run(async () =>
            {
                states[i].State = new Written { By = $"{round} by {i}" };
                await storage.WriteStateAsync("name", id, states[i]);
            })).ToArray();
            await Task.WhenAll(writes).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

            var won = Assert.Single(Enumerable.Range(0, 2), i => writes[i].IsCompletedSuccessfully);
            await Assert.ThrowsAsync<InconsistentStateException>(() => writes[1 - won]);
            var read = new GrainState<Written>();
            await storages[1 - won].ReadStateAsync("name", id, read);
            Assert.Equal($"{round} by {won}", read.State.By);
        }
    }

    [GenerateSerializer]
    internal sealed class Written
    {
        [Id(0)]
        public string By { get; set; } = "";
    }
}
