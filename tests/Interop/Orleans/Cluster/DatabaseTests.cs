using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;
using Sheaf.Tests.Interop.Orleans.AdoNet;
using Microsoft.Extensions.Logging;
using Sheaf.Tests.SiloProcess;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>COMPAT's failure behaviour, as far as it concerns the database. Each test breaks a server of its own.</summary>
public sealed class DatabaseTests : IAsyncLifetime
{
    private readonly PrivatePostgres _postgres = new();

    public ValueTask InitializeAsync() => _postgres.InitializeAsync();

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Fact(Timeout = TestCluster.Patience)]
    public async Task DatabaseGone_SilosLiveOn_CallsGoOn_AndTheKilledAreEvictedWhenItIsBack()
    {
        await using var cluster = await TestCluster.StartAsync(_postgres, 3, DirectedPlacementDirector.AddTo);
        var known = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "known");
        var killed = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[2], "killed");
        await known.Where();
        await killed.Where();

        await _postgres.StopServerAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cluster[i].Log.HasAsync(LogLevel.Warning, "The membership table cannot be reached")));

        // By a silo that remembers where it is, by the silo that has it, and by one that has never called it.
        Assert.Equal(cluster[1].Address.ToString(), await known.Where());
        Assert.Equal(cluster[1].Address.ToString(), await cluster[1].Grains.GetGrain<IDirectedGrain>(known.GetPrimaryKeyString()).Where());
        Assert.Equal(cluster[1].Address.ToString(), await cluster[2].Grains.GetGrain<IDirectedGrain>(known.GetPrimaryKeyString()).Where());

        // A new activation cannot be entered, which the caller is told; and one that ends cannot be crossed out.
        var refused = await Assert.ThrowsAsync<OrleansException>(() => DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "new").Where());
        Assert.Contains("cannot be activated while the directory's database cannot be read", refused.Message, StringComparison.Ordinal);
        cluster[1].Activation(known).Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "test"), TestContext.Current.CancellationToken);
        await cluster[1].Events.Wait(known.GetPrimaryKeyString() + " deactivated");

        cluster[2].Kill();
        await cluster[0].Log.HasAsync(LogLevel.Warning, $"{cluster[2].Address} does not answer, but the membership table cannot be changed");
        Assert.Equal(SiloStatus.Active, cluster[0].Membership.CurrentSnapshot.GetSiloStatus(cluster[2].Address));

        await _postgres.StartServerAsync();
        await cluster[0].SeesAsync(cluster[2].Address, SiloStatus.Dead);
        await cluster[1].SeesAsync(cluster[2].Address, SiloStatus.Dead);
        Assert.NotEqual(cluster[2].Address.ToString(), await killed.Where());
        Assert.Equal(cluster[1].Address.ToString(), await known.Where());
        Assert.False(cluster[0].Fatal.HasHappened);
        Assert.False(cluster[1].Fatal.HasHappened);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task DirectoryThatHangs_CallsFromASiloThatHasNeverCalledTheGrainGoOn()
    {
        await using var cluster = await TestCluster.StartAsync(
            _postgres,
            3,
            silo => DirectedPlacementDirector.AddTo(silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(8))));
        var known = DirectedPlacementDirector.On<IDirectedGrain>(cluster[0], cluster[1], "known");
        await known.Where();

        await using var connection = new NpgsqlConnection(_postgres.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("LOCK TABLE OrleansGrainDirectory IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        // The database would let it wait for longer than calls do.
        Assert.Equal(cluster[1].Address.ToString(), await cluster[2].Grains.GetGrain<IDirectedGrain>(known.GetPrimaryKeyString()).Where());
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task StateWriteWhileTheDatabaseIsGone_Fails_AndItsCauseCannotBeSentToACallerOnAnotherSilo()
    {
        await using var cluster = await TestCluster.StartAsync(_postgres, 2, silo =>
        {
            silo.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();
            silo.AddAdoNetGrainStorageAsDefault(o => (o.Invariant, o.ConnectionString) = ("Npgsql", _postgres.ConnectionString));
        });
        var name = cluster[1].Services.GetRequiredService<ILocalSiloDetails>().Name;
        var grain = cluster[0].Grains.GetGrain<IProcessGrain>($"{name}/state");
        Assert.Equal(1, await grain.Increment());

        await _postgres.StopServerAsync();
        await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Increment());

        // What is in memory has run ahead of what is stored: the grain did not roll it back.
        Assert.Equal(2, await grain.Read());
        await _postgres.StartServerAsync();
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task SchemaThatIsMissing_IsRefusedWithTheFix()
    {
        await using (var connection = new NpgsqlConnection(_postgres.ConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand("DROP TABLE OrleansGrainDirectory", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var exception = await Assert.ThrowsAsync<OrleansException>(() => TestCluster.StartAsync(_postgres, 1));

        Assert.Contains("lacks OrleansGrainDirectory", exception.Message, StringComparison.Ordinal);
        Assert.Contains("deploy/postgresql/orleans.sql", exception.Message, StringComparison.Ordinal);
    }
}
