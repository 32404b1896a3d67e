using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Parity.Postgres;

/// <summary>Signs of life in the official membership table are by the clock of the database, whatever the machines' clocks say.</summary>
[Collection(nameof(DatabaseCollection))]
public sealed class ClusterStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Database _database;
    private readonly string _cluster = Guid.NewGuid().ToString("N");
    private readonly ClusterStore _store;
    private readonly IHost _silo;

    public ClusterStoreTests(Database database)
    {
        (_database, _store) = (database, new(database.Connection, new()));
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

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _silo.Dispose();
        await _store.DisposeAsync();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task MachineWhoseClockIsOff_ReadsAndWritesTheSameAgesAsTheDatabase(int hours)
    {
        var ahead = hours * Hour;
        var table = await TableAsync(ahead);
        var machine = (await _store.Beat("nobody", Guard)).UtcDateTime - ahead;
        await table.InsertRowAsync(Entry(1, machine), (await table.ReadAllAsync(Guard)).Version.Next(), Guard);

        var read = Assert.Single((await table.ReadAllAsync(Guard)).Members).Item1;
        Assert.InRange((read.StartTime - machine).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange((read.IAmAliveTime - machine).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(double.Parse((await AgesAsync())[0], CultureInfo.InvariantCulture), 0, 60);
    }

    [Fact]
    public async Task LimitSigns_TakesSignsOfTheFutureForSignsOfNowAndLeavesTheOthers()
    {
        var table = await TableAsync(TimeSpan.Zero);
        for (var silo = 1; silo <= 3; silo++)
        {
            await table.InsertRowAsync(Entry(silo, DateTime.UnixEpoch), (await table.ReadAllAsync(Guard)).Version.Next(), Guard);
        }

        await SeenAsync(1, "now() - interval '1 hour'", "now() - interval '1 hour'");
        await SeenAsync(2, "now() + interval '1 hour'", "now() - interval '1 hour'");
        await SeenAsync(3, "now() - interval '1 hour'", "now() + interval '1 hour'");
        var version = (await table.ReadAllAsync(Guard)).Version.Version;

        await _store.LimitSigns("another", Guard);
        Assert.True((await AgesAsync()).Skip(1).All(age => double.Parse(age, CultureInfo.InvariantCulture) < -3000));

        await _store.LimitSigns(_cluster, Guard);
        var ages = (await AgesAsync()).Select(age => double.Parse(age, CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(ages[0], 3600, 3700);
        Assert.All(ages.Skip(1), age => Assert.InRange(age, 0, 60));
        Assert.Equal(version, (await table.ReadAllAsync(Guard)).Version.Version);
    }

    private static MembershipEntry Entry(int number, DateTime time) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11110 + number, 100 + number),
        SiloName = $"silo-{number}",
        HostName = "host",
        Status = SiloStatus.Active,
        StartTime = time,
        IAmAliveTime = time,
    };

    private Task SeenAsync(int silo, string alive, string started) =>
        _database.ExecuteAsync(
            $"UPDATE OrleansMembershipTable SET IAmAliveTime = {alive}, StartTime = {started} WHERE DeploymentId = '{_cluster}' AND SiloName = 'silo-{silo}'");

    /// <summary>Seconds since each silo started or was seen, whichever was later: what Orleans takes for its last sign.</summary>
    private Task<IReadOnlyList<string>> AgesAsync() => _database.ColumnAsync(
        $"SELECT extract(epoch FROM now() - greatest(IAmAliveTime, StartTime))::text FROM OrleansMembershipTable WHERE DeploymentId = '{_cluster}' ORDER BY "
            + "SiloName");

    private async Task<OneClockTable> TableAsync(TimeSpan ahead)
    {
        var table = new OneClockTable(_silo.Services.GetRequiredService<IMembershipTable>(), new(TimeProvider.System) { Ahead = ahead });
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, Guard);
        return table;
    }
}
