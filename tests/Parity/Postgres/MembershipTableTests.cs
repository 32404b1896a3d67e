using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Sheaf.Tests.Parity.Postgres;

/// <summary>The official membership table on PostgreSQL, with our script.</summary>
[Collection(nameof(DatabaseCollection))]
public sealed class MembershipTableTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly Database _database;
    private readonly string _cluster = Guid.NewGuid().ToString("N");
    private readonly IHost _silo;

    public MembershipTableTests(Database database)
    {
        _database = database;
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo =>
        {
            silo.ConfigureEndpoints(IPAddress.Loopback, siloPort: 11111, gatewayPort: 0);
            silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = _cluster);
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database.Connection));
        });

        // Never started: the table is used without a silo around it.
        _silo = builder.Build();
    }

    public void Dispose() => _silo.Dispose();

    [Fact]
    public async Task InsertedSilo_IsReadWithTheNextVersion()
    {
        var table = await TableAsync();
        var entry = Entry(1);

        Assert.True(await table.InsertRow(entry, await table.NextVersion()));

        var all = await table.ReadAll();
        Assert.Equal(1, all.Version.Version);
        var read = Assert.Single(all.Members).Item1;
        Assert.Equal((entry.SiloAddress, entry.SiloName, entry.HostName), (read.SiloAddress, read.SiloName, read.HostName));
        Assert.Equal((SiloStatus.Joining, entry.StartTime), (read.Status, read.StartTime));
        Assert.Equal(entry.SiloAddress, Assert.Single((await table.ReadRow(entry.SiloAddress)).Members).Item1.SiloAddress);
        Assert.Empty((await table.ReadRow(Entry(2).SiloAddress)).Members);
    }

    [Fact]
    public async Task InsertAndUpdateWithAStaleVersion_AreRefused()
    {
        var table = await TableAsync();
        var stale = (await table.ReadAll()).Version;
        Assert.True(await table.InsertRow(Entry(1), stale.Next()));

        Assert.False(await table.InsertRow(Entry(2), stale.Next()));
        var (entry, tag) = (await table.ReadRow(Entry(1).SiloAddress)).Members[0];
        entry.Status = SiloStatus.Dead;
        Assert.False(await table.UpdateRow(entry, tag, stale.Next()));

        var all = await table.ReadAll();
        Assert.Equal(1, all.Version.Version);
        Assert.Equal(SiloStatus.Joining, Assert.Single(all.Members).Item1.Status);
    }

    [Fact]
    public async Task Update_ChangesStatusAndSuspects()
    {
        var table = await TableAsync();
        await table.InsertRow(Entry(1), await table.NextVersion());
        var data = await table.ReadAll();
        var (entry, tag) = data.Members[0];

        entry.Status = SiloStatus.Active;
        entry.AddSuspector(Entry(2).SiloAddress, Start);
        Assert.True(await table.UpdateRow(entry, tag, data.Version.Next()));

        var all = await table.ReadAll();
        Assert.Equal(2, all.Version.Version);
        Assert.Equal(SiloStatus.Active, all.Members[0].Item1.Status);
        Assert.Equal(Tuple.Create(Entry(2).SiloAddress, Start), Assert.Single(all.Members[0].Item1.SuspectTimes!));
    }

    [Fact]
    public async Task InsertOfTheSameSiloTwice_IsRefusedAndTheVersionStays()
    {
        var table = await TableAsync();
        await table.InsertRow(Entry(1), await table.NextVersion());

        Assert.False(await table.InsertRow(Entry(1), await table.NextVersion()));
        Assert.Equal(1, (await table.ReadAll()).Version.Version);
    }

    [Fact]
    public async Task ManyWritersOfOneVersion_OneWins()
    {
        var table = await TableAsync();
        var version = (await table.ReadAll()).Version;

        var won = await Task.WhenAll(Enumerable.Range(1, 20).Select(number => table.InsertRow(Entry(number), version.Next())));

        Assert.Single(won, one => one);
        var all = await table.ReadAll();
        Assert.Equal(1, all.Version.Version);
        Assert.Single(all.Members);
    }

    [Fact]
    public async Task IAmAlive_IsSetAnewAndChangesNoVersion()
    {
        var table = await TableAsync();
        await table.InsertRow(Entry(1), await table.NextVersion());
        await LastSeenAsync(1, Start);
        var entry = Entry(1);
        entry.IAmAliveTime = Start.AddHours(1);

        await table.UpdateIAmAlive(entry);

        var all = await table.ReadAll();
        Assert.True(all.Members[0].Item1.IAmAliveTime >= entry.IAmAliveTime);
        Assert.Equal(1, all.Version.Version);
    }

    [Fact]
    public async Task Cleanup_RemovesTheDeadThatAreOldAndNobodyElse()
    {
        var table = await TableAsync();
        var silos = new[] { (SiloStatus.Dead, Start), (SiloStatus.Dead, Start.AddHours(2)), (SiloStatus.Active, Start), (SiloStatus.Joining, Start) };
        foreach (var ((status, seen), number) in silos.Select((silo, number) => (silo, number)))
        {
            var entry = Entry(number);
            entry.Status = status;
            await table.InsertRow(entry, await table.NextVersion());
            await LastSeenAsync(number, seen);
        }

        await table.InsertRow(Entry(4), await table.NextVersion());
        var (suspected, tag) = (await table.ReadRow(Entry(4).SiloAddress)).Members[0];
        suspected.Status = SiloStatus.Dead;
        suspected.AddSuspector(Entry(2).SiloAddress, Start);
        Assert.True(await table.UpdateRow(suspected, tag, await table.NextVersion()));
        await LastSeenAsync(4, Start);

        await table.Cleanup(Start.AddHours(1));

        Assert.Equal(
            [Entry(1).SiloName, Entry(2).SiloName, Entry(3).SiloName], (await table.ReadAll()).Members.Select(member => member.Item1.SiloName).Order());
    }

    [Fact]
    public async Task DeletedCluster_IsGone()
    {
        var table = await TableAsync();
        await table.InsertRow(Entry(1), await table.NextVersion());

        await table.Delete(_cluster);
        await table.Initialize();

        var all = await table.ReadAll();
        Assert.Equal(0, all.Version.Version);
        Assert.Empty(all.Members);
    }

    private static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11110 + number, 100 + number),
        SiloName = $"silo-{number}",
        HostName = "host",
        Status = SiloStatus.Joining,
        StartTime = Start,
        IAmAliveTime = Start,
    };

    /// <summary>Whose clock a silo's sign of life is written by does not matter here.</summary>
    private Task LastSeenAsync(int silo, DateTime time) =>
        _database.ExecuteAsync($"UPDATE OrleansMembershipTable SET IAmAliveTime = '{time:O}' WHERE DeploymentId = '{_cluster}' AND SiloName = 'silo-{silo}'");

    private async Task<Table> TableAsync()
    {
        var table = new Table(_silo.Services.GetRequiredService<IMembershipTable>());
        await table.Initialize();
        return table;
    }

    private sealed class Table(IMembershipTable table)
    {
        private static CancellationToken Token => TestContext.Current.CancellationToken;

        public Task Initialize() => table.InitializeMembershipTableAsync(tryInitTableVersion: true, Token);

        public Task<MembershipTableData> ReadAll() => table.ReadAllAsync(Token);

        public Task<MembershipTableData> ReadRow(SiloAddress silo) => table.ReadRowAsync(silo, Token);

        public async Task<TableVersion> NextVersion() => (await ReadAll()).Version.Next();

        public Task<bool> InsertRow(MembershipEntry entry, TableVersion version) => table.InsertRowAsync(entry, version, Token);

        public Task<bool> UpdateRow(MembershipEntry entry, string tag, TableVersion version) => table.UpdateRowAsync(entry, tag, version, Token);

        public Task UpdateIAmAlive(MembershipEntry entry) => table.UpdateIAmAliveAsync(entry, Token);

        public Task Cleanup(DateTime before) => table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(before), Token);

        public Task Delete(string cluster) => table.DeleteMembershipTableEntriesAsync(cluster, Token);
    }
}
