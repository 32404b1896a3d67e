using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.MembershipService;

/// <summary>
/// The cluster as the membership table has it: reads it, changes it with the tags that the table checks, and tells everybody of each new version. A silo
/// that reads that it is dead ends. Thread-safe.
/// </summary>
internal sealed class ClusterMembership : IClusterMembershipService
{
    private readonly IMembershipTable _table;
    private readonly ILocalSiloDetails _silo;
    private readonly IFatalErrorHandler _fatal;
    private readonly ClusterMembershipOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _publishing = new();
    private readonly SnapshotFeed _feed = new(MembershipView.Empty.Snapshot);
    private MembershipView _view = MembershipView.Empty;
    private bool _joined;
    private bool _left;

    public ClusterMembership(
        IMembershipTable table,
        ILocalSiloDetails silo,
        IFatalErrorHandler fatal,
        IOptions<ClusterMembershipOptions> options,
        [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time,
        ILogger<ClusterMembership> logger)
    {
        _table = table;
        _silo = silo;
        _fatal = fatal;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>Raised in the order of versions, with the view before and the new one. Handlers return at once.</summary>
    public event Action<MembershipView, MembershipView>? Changed;

    /// <summary>Raised when this silo has changed the table: the others should read it.</summary>
    public event Action<long>? Written;

    /// <summary>Raised when this silo reads that it has been declared dead, before the process ends.</summary>
    public event Action? DeclaredDead;

    public MembershipView View => Volatile.Read(ref _view);

    public ClusterMembershipSnapshot CurrentSnapshot => _feed.Current;

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _feed.Updates();

    public SiloAddress LocalSilo => _silo.SiloAddress;

    public SiloStatus LocalStatus => View.StatusOf(LocalSilo);

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    public async ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default)
    {
        Publish(await _table.ReadAll().WaitAsync(cancellationToken));
        while (minimumVersion.Value > View.Snapshot.Version.Value)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken);
            Publish(await _table.ReadAll().WaitAsync(cancellationToken));
        }
    }

    /// <summary>Enters this silo as Joining, and declares dead what was before on its endpoint.</summary>
    public async Task Join(CancellationToken cancellationToken)
    {
        var inserting = false;
        await Change("join the cluster", data =>
        {
            if (inserting && data.TryGet(LocalSilo) is not null)
            {
                return null;
            }

            foreach (var (entry, tag) in data.Members)
            {
                if (!entry.SiloAddress.Endpoint.Equals(LocalSilo.Endpoint) || entry.Status == SiloStatus.Dead)
                {
                    continue;
                }

                if (entry.SiloAddress.Generation >= LocalSilo.Generation)
                {
                    throw new OrleansException(
                        $"The silo {_silo.Name} cannot join as {LocalSilo}: {entry} is a later one on the same endpoint. Give every silo an endpoint of its own, and check the machine's clock.");
                }

                return Death(entry, tag);
            }

            inserting = true;
            return new TableChange(NewEntry(), Tag: null);
        }, cancellationToken);
        _joined = true;
        CheckSelf();
    }

    /// <summary>Writes this silo's status.</summary>
    public async Task Become(SiloStatus status, CancellationToken cancellationToken)
    {
        if (status == SiloStatus.Dead)
        {
            _left = true;
        }

        await Change($"become {status}", data =>
        {
            if (data.TryGet(LocalSilo) is not var (entry, tag) || entry.Status == SiloStatus.Dead || entry.Status == status)
            {
                return null;
            }

            return new TableChange(Copy(entry, status, entry.SuspectTimes), tag);
        }, cancellationToken);
    }

    /// <summary>Votes for the death of a silo that does not answer, or declares it.</summary>
    public Task Suspect(SiloAddress suspect, CancellationToken cancellationToken) => Change($"suspect {suspect}", data =>
    {
        if (data.TryGet(suspect) is not var (entry, tag))
        {
            return null;
        }

        // Whoever is not alive itself may not vote.
        if (data.TryGet(LocalSilo) is not { Item1.Status: SiloStatus.Active or SiloStatus.ShuttingDown })
        {
            return null;
        }

        var active = data.Members.Count(m => m.Item1.Status == SiloStatus.Active);
        switch (Suspicion.Decide(entry, LocalSilo, active, Now, _options))
        {
            case Suspicion.Verdict.DeclareDead:
                return Death(entry, tag);
            case Suspicion.Verdict.Vote:
                _logger.LogWarning("{Silo} does not answer: this silo votes that it is dead.", suspect);
                return new TableChange(Copy(entry, entry.Status, Suspicion.WithVote(entry, LocalSilo, Now, _options)), tag);
            default:
                return null;
        }
    }, cancellationToken);

    public async Task<bool> TryKill(SiloAddress siloAddress)
    {
        ArgumentNullException.ThrowIfNull(siloAddress);
        await Change($"kill {siloAddress}", data => data.TryGet(siloAddress) is var (entry, tag) && entry.Status != SiloStatus.Dead ? Death(entry, tag) : null, CancellationToken.None);
        return View.IsDead(siloAddress);
    }

    public Task WriteIAmAlive() => _table.UpdateIAmAlive(new MembershipEntry { SiloAddress = LocalSilo, IAmAliveTime = Now });

    private TableChange Death(MembershipEntry entry, string tag)
    {
        _logger.LogWarning("{Silo} is declared dead by this silo.", entry);
        return new TableChange(Copy(entry, SiloStatus.Dead, Suspicion.WithVote(entry, LocalSilo, Now, _options)), tag);
    }

    // What was read is part of a view, which does not change.
    private MembershipEntry Copy(MembershipEntry entry, SiloStatus status, List<Tuple<SiloAddress, DateTime>>? suspectTimes) => new()
    {
        SiloAddress = entry.SiloAddress,
        Status = status,
        SuspectTimes = suspectTimes,
        ProxyPort = entry.ProxyPort,
        HostName = entry.HostName,
        SiloName = entry.SiloName,
        RoleName = entry.RoleName,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = entry.StartTime,
        IAmAliveTime = entry.SiloAddress.Equals(LocalSilo) ? Now : entry.IAmAliveTime,
    };

    private MembershipEntry NewEntry() => new()
    {
        SiloAddress = LocalSilo,
        Status = SiloStatus.Joining,
        SiloName = _silo.Name,
        HostName = _silo.DnsHostName,
        ProxyPort = _silo.GatewayAddress.Endpoint.Port,
        StartTime = Now,
        IAmAliveTime = Now,
    };

    // Reads, decides and writes until there is nothing left to change; whoever else changes the table meanwhile makes it start anew.
    private async Task Change(string purpose, Func<MembershipTableData, TableChange?> decide, CancellationToken cancellationToken)
    {
        var random = new Random(LocalSilo.GetConsistentHashCode());
        for (var attempt = 1; ; attempt++)
        {
            var data = await _table.ReadAll().WaitAsync(cancellationToken);
            Publish(data);
            if (decide(data) is not { } change)
            {
                return;
            }

            var version = data.Version.Next();
            var written = change.Tag is null
                ? await _table.InsertRow(change.Entry, version).WaitAsync(cancellationToken)
                : await _table.UpdateRow(change.Entry, change.Tag, version).WaitAsync(cancellationToken);
            if (!written)
            {
                _logger.LogDebug("The membership table was changed by another silo while this one wanted to {Purpose}, attempt {Attempt}.", purpose, attempt);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 10 * Math.Min(attempt, 20))), _time, cancellationToken);
                continue;
            }

            Publish(await _table.ReadAll().WaitAsync(cancellationToken));
            Written?.Invoke(View.Snapshot.Version.Value);
        }
    }

    private void Publish(MembershipTableData data)
    {
        lock (_publishing)
        {
            var before = _view;
            if (data.Version.Version <= before.Table.Version.Version)
            {
                return;
            }

            var view = new MembershipView(data);
            Volatile.Write(ref _view, view);

            // First: whoever is told of a consequence, such as a call that fails, finds its cause in the snapshot.
            _feed.Publish(view.Snapshot);
            Changed?.Invoke(before, view);
        }

        CheckSelf();
    }

    private void CheckSelf()
    {
        if (!_joined || _left || View.Table.TryGet(LocalSilo) is { Item1.Status: not SiloStatus.Dead } || Interlocked.Exchange(ref _left, true))
        {
            return;
        }

        var by = View.Table.TryGet(LocalSilo)?.Item1.SuspectTimes is { Count: > 0 } votes ? $" by {string.Join(", ", votes.Select(v => v.Item1))}" : "";
        DeclaredDead?.Invoke();
        _fatal.OnFatalException(
            this, $"The silo {_silo.Name} ({LocalSilo}) has been declared dead{by}: it did not answer for a while. It stops now, so that no grain runs twice. Start it again to rejoin.", null);
    }

    private sealed record TableChange(MembershipEntry Entry, string? Tag);
}
