using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Messaging;

namespace Sheaf.Tests.Interop.Orleans.AdoNet;

/// <summary>The official membership table and gateway list on PostgreSQL, with our script.</summary>
[Collection(nameof(AdoNetCollection))]
public sealed class MembershipTableTests(PrivatePostgres postgres)
{
    [Fact]
    public async Task InsertedSilo_IsRead_WithTheNextVersion()
    {
        await using var silo = await StartAsync();
        var table = await TableAsync(silo);
        var entry = Entry(1);

        Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));

        var all = await table.ReadAll();
        Assert.Equal(1, all.Version.Version);
        var read = Assert.Single(all.Members).Item1;
        Assert.Equal(entry.SiloAddress, read.SiloAddress);
        Assert.Equal(entry.SiloName, read.SiloName);
        Assert.Equal(SiloStatus.Joining, read.Status);
        Assert.Equal(entry.StartTime, read.StartTime);
        Assert.Empty((await table.ReadRow(Entry(2).SiloAddress)).Members);
    }

    [Fact]
    public async Task InsertAndUpdate_WithAStaleVersion_AreRefused()
    {
        await using var silo = await StartAsync();
        var table = await TableAsync(silo);
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
    public async Task Update_ChangesTheStatusAndTheSuspects()
    {
        await using var silo = await StartAsync();
        var table = await TableAsync(silo);
        await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next());
        var data = await table.ReadAll();
        var (entry, tag) = data.Members[0];

        entry.Status = SiloStatus.Active;
        entry.AddSuspector(Entry(2).SiloAddress, entry.StartTime);
        Assert.True(await table.UpdateRow(entry, tag, data.Version.Next()));

        var read = (await table.ReadAll()).Members[0].Item1;
        Assert.Equal(SiloStatus.Active, read.Status);
        Assert.Equal(Tuple.Create(Entry(2).SiloAddress, entry.StartTime), Assert.Single(read.SuspectTimes!));
    }

    [Fact]
    public async Task InsertOfTheSameSiloTwice_IsRefused_AndTheVersionStays()
    {
        await using var silo = await StartAsync();
        var table = await TableAsync(silo);
        await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next());

        Assert.False(await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next()));
        Assert.Equal(1, (await table.ReadAll()).Version.Version);
    }

    [Fact]
    public async Task ManyWritersAtOnce_EachVersionIsWonByOne()
    {
        await using var silo = await StartAsync();
        var table = await TableAsync(silo);
        var version = (await table.ReadAll()).Version;

        var won = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => table.InsertRow(Entry(i), version.Next())));

        Assert.Single(won, w => w);
        var all = await table.ReadAll();
        Assert.Equal(1, all.Version.Version);
        Assert.Single(all.Members);
    }

    [Fact]
    public async Task IAmAlive_IsUpdatedWithoutAVersion_AndTheDefunctAreRemoved()
    {
        await using var silo = await StartAsync();
        var table = await TableAsync(silo);
        await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next());
        var entry = Entry(1);
        entry.IAmAliveTime = entry.StartTime.AddHours(1);

        await table.UpdateIAmAlive(entry);
        Assert.Equal(entry.IAmAliveTime, (await table.ReadAll()).Members[0].Item1.IAmAliveTime);
        Assert.Equal(1, (await table.ReadAll()).Version.Version);
        await table.CleanupDefunctSiloEntries(new DateTimeOffset(entry.IAmAliveTime.AddMinutes(1)));

        Assert.Empty((await table.ReadAll()).Members);
    }

    [Fact]
    public async Task Gateways_AreTheActiveSilosThatHaveOne()
    {
        var cluster = Guid.NewGuid().ToString("N");
        await using var silo = await StartAsync(cluster);
        var table = await TableAsync(silo);
        foreach (var (number, status, port) in new[] { (1, SiloStatus.Active, 30000), (2, SiloStatus.Dead, 30000), (3, SiloStatus.Active, 0) })
        {
            var entry = Entry(number);
            entry.Status = status;
            entry.ProxyPort = port;
            await table.InsertRow(entry, (await table.ReadAll()).Version.Next());
        }

        var gateways = ActivatorUtilities.CreateInstance<global::Orleans.Runtime.Membership.AdoNetGatewayListProvider>(
            silo.Services,
            Microsoft.Extensions.Options.Options.Create(new AdoNetClusteringClientOptions { Invariant = "Npgsql", ConnectionString = postgres.ConnectionString }));
        await ((IGatewayListProvider)gateways).InitializeGatewayListProvider();

        var uri = Assert.Single(await ((IGatewayListProvider)gateways).GetGateways());
        Assert.Equal(30000, uri.Port);
    }

    private static MembershipEntry Entry(int number)
    {
        var start = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, 11110 + number, 100 + number),
            SiloName = $"silo-{number}",
            HostName = "host",
            Status = SiloStatus.Joining,
            ProxyPort = 30000,
            StartTime = start,
            IAmAliveTime = start,
        };
    }

    private static async Task<IMembershipTable> TableAsync(TestSilo silo)
    {
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTable(tryInitTableVersion: true);
        return table;
    }

    private Task<TestSilo> StartAsync(string? cluster = null) => TestSilo.StartAsync(s =>
    {
        s.UseAdoNetClustering(o =>
        {
            o.Invariant = "Npgsql";
            o.ConnectionString = postgres.ConnectionString;
        });
        s.Configure<ClusterOptions>(o => o.ClusterId = cluster ?? Guid.NewGuid().ToString("N"));
    }, start: false);
}
