namespace Sheaf.Silo.Cluster;

/// <summary>
/// The membership table, all of whose times are by the clock of its database: when a silo started, and when it was last seen alive. Orleans compares them with
/// the clock of the machine that it runs on, which may be minutes off; so they are given to it as that clock would have shown them, and are taken from it the
/// other way. Thread-safe.
/// </summary>
internal sealed class OneClockTable(IMembershipTable table, ClusterClock clock) : IMembershipTable
{
    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default) =>
        table.InitializeMembershipTableAsync(tryInitTableVersion, cancellationToken);

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default) =>
        table.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken);

    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default) =>
        table.CleanupDefunctSiloEntriesAsync(beforeDate + clock.Ahead, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default) =>
        ToMachine(await table.ReadRowAsync(key, cancellationToken));

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default) =>
        ToMachine(await table.ReadAllAsync(cancellationToken));

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        table.InsertRowAsync(Shifted(entry, clock.Ahead), tableVersion, cancellationToken);

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        table.UpdateRowAsync(Shifted(entry, clock.Ahead), etag, tableVersion, cancellationToken);

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default) =>
        table.UpdateIAmAliveAsync(Shifted(entry, clock.Ahead), cancellationToken);

    [Obsolete("Orleans calls the one with a token.")]
    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

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

    private MembershipTableData ToMachine(MembershipTableData data) =>
        new(data.Members.Select(member => Tuple.Create(Shifted(member.Item1, -clock.Ahead), member.Item2)).ToList(), data.Version);

    /// <summary>A copy: Orleans keeps the entry that it gives.</summary>
    private static MembershipEntry Shifted(MembershipEntry entry, TimeSpan by) => new()
    {
        SiloAddress = entry.SiloAddress,
        Status = entry.Status,
        SuspectTimes = entry.SuspectTimes?.Select(vote => Tuple.Create(vote.Item1, Shifted(vote.Item2, by))).ToList(),
        ProxyPort = entry.ProxyPort,
        HostName = entry.HostName,
        SiloName = entry.SiloName,
        RoleName = entry.RoleName,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = Shifted(entry.StartTime, by),
        IAmAliveTime = Shifted(entry.IAmAliveTime, by),
    };

    /// <summary>A time that was never set stays so.</summary>
    private static DateTime Shifted(DateTime time, TimeSpan by) => time == default ? time : time + by;
}
