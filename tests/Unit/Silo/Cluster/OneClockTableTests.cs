using System.Net;
using Sheaf.Silo.Cluster;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Cluster;

public sealed class OneClockTableTests
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(3);

    private readonly Rows _rows = new();
    private readonly OneClockTable _table;

    public OneClockTableTests() => _table = new(_rows, new(new FakeTimeProvider()) { Ahead = Ahead });

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Times_AreTheDatabasesInTheTableAndTheMachinesForOrleans()
    {
        var entry = Entry();
        Assert.True(await _table.InsertRowAsync(entry, new(1, "1"), Guard));
        Assert.Equal([Runs.Now.UtcDateTime + Ahead, Runs.Now.UtcDateTime + Ahead, Runs.Now.UtcDateTime + Ahead], Times(_rows.Entry!));
        Assert.Equal([Runs.Now.UtcDateTime, Runs.Now.UtcDateTime, Runs.Now.UtcDateTime], Times(entry));

        foreach (var read in new[] { await _table.ReadAllAsync(Guard), await _table.ReadRowAsync(entry.SiloAddress, Guard) })
        {
            Assert.Equal((7, "tag"), (read.Version.Version, read.Members[0].Item2));
            Assert.Equal(Described(entry), Described(read.Members[0].Item1));
        }

        Assert.True(await _table.UpdateRowAsync(entry, "tag", new(2, "2"), Guard));
        Assert.Equal(Runs.Now.UtcDateTime + Ahead, _rows.Entry!.SuspectTimes![0].Item2);
        await _table.UpdateIAmAliveAsync(entry, Guard);
        Assert.Equal(Runs.Now.UtcDateTime + Ahead, _rows.Entry.IAmAliveTime);
        await _table.CleanupDefunctSiloEntriesAsync(Runs.Now, Guard);
        Assert.Equal(Runs.Now + Ahead, _rows.CleanedBefore);
    }

    /// <summary>All silos are killed; the one that starts 7 s later waits for those that seem to live.</summary>
    [Theory]
    [InlineData(180)]
    [InlineData(0)]
    [InlineData(-180)]
    public async Task RowOfASiloWhoseClockIsOff_IsAsOldAsItIs(int ahead)
    {
        var machine = new FakeTimeProvider(Runs.Now.AddSeconds(ahead));
        var off = new ClusterClock(machine) { Ahead = TimeSpan.FromSeconds(-ahead) };
        var entry = Entry();
        entry.IAmAliveTime = machine.GetUtcNow().UtcDateTime;
        await new OneClockTable(_rows, off).UpdateIAmAliveAsync(entry, Guard);

        var right = new ClusterClock(new FakeTimeProvider(Runs.Now.AddSeconds(7)));
        var read = (await new OneClockTable(_rows, right).ReadAllAsync(Guard)).Members[0].Item1;

        Assert.Equal(TimeSpan.FromSeconds(7), right.MachineTime - new DateTimeOffset(read.IAmAliveTime, TimeSpan.Zero));
    }

    [Fact]
    public async Task TimeThatWasNeverSet_StaysUnset()
    {
        await _table.UpdateIAmAliveAsync(new() { SiloAddress = Entry().SiloAddress, IAmAliveTime = Runs.Now.UtcDateTime }, Guard);

        Assert.Equal(default, _rows.Entry!.StartTime);
        Assert.Null(_rows.Entry.SuspectTimes);
        Assert.Equal(default, (await _table.ReadAllAsync(Guard)).Members[0].Item1.StartTime);
    }

    private static MembershipEntry Entry() => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11111, 5),
        SiloName = "one",
        HostName = "host",
        RoleName = "role",
        Status = SiloStatus.Active,
        ProxyPort = 4,
        UpdateZone = 2,
        FaultZone = 3,
        StartTime = Runs.Now.UtcDateTime,
        IAmAliveTime = Runs.Now.UtcDateTime,
        SuspectTimes = [Tuple.Create(SiloAddress.New(IPAddress.Loopback, 22222, 6), Runs.Now.UtcDateTime)],
    };

    private static DateTime[] Times(MembershipEntry entry) => [entry.StartTime, entry.IAmAliveTime, entry.SuspectTimes![0].Item2];

    private static string Described(MembershipEntry entry) => string.Join(
        ' ', entry.SiloAddress, entry.SiloName, entry.HostName, entry.RoleName, entry.Status, entry.ProxyPort, entry.UpdateZone, entry.FaultZone,
        string.Join(' ', Times(entry)), entry.SuspectTimes![0].Item1);

    /// <summary>A table of one row.</summary>
    private sealed class Rows : IMembershipTable
    {
        public MembershipEntry? Entry { get; private set; }

        public DateTimeOffset CleanedBefore { get; private set; }

        private MembershipTableData All => new([Tuple.Create(Entry!, "tag")], new(7, "7"));

        public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
        {
            CleanedBefore = beforeDate;
            return Task.CompletedTask;
        }

        public Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default) => Task.FromResult(All);

        public Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default) => Task.FromResult(All);

        public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default) => Put(entry);

        public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
            Put(entry);

        public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default) => Put(entry);

        [Obsolete("Orleans calls the one with a token.")]
        Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) =>
            InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId, CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate, CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key, CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync(CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion, CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
            UpdateRowAsync(entry, etag, tableVersion, CancellationToken.None);

        [Obsolete("Orleans calls the one with a token.")]
        Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, CancellationToken.None);

        private Task<bool> Put(MembershipEntry entry)
        {
            Entry = entry;
            return Task.FromResult(true);
        }
    }
}
