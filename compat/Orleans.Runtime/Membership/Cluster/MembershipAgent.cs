using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Links;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Probes;

namespace Orleans.Runtime.MembershipService;

/// <summary>Takes this silo into the cluster and out of it again, and does in between what has to be done now and then.</summary>
internal sealed class MembershipAgent(
    ClusterMembership membership,
    IMembershipTable table,
    DirectoryTable directory,
    Prober prober,
    SiloMonitor monitor,
    SiloDeath death,
    SiloLinks links,
    LinkReceiver receiver,
    LinkServer server,
    Farewell farewell,
    ClusterMessageCenter center,
    PendingCalls pending,
    IOptions<ClusterMembershipOptions> options,
    [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time,
    ILogger<MembershipAgent> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan s_joinRetry = TimeSpan.FromMilliseconds(500);

    // How long the table may take to hear that this silo ends; without it the silo ends all the same, and is declared dead by the others.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _loops = [];
    private bool _tableFails;

    private ClusterMembershipOptions Options => options.Value;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe("membership", ServiceLifecycleStage.RuntimeInitialize, Open, _ => Close());
        lifecycle.Subscribe("membership", ServiceLifecycleStage.RuntimeServices, Join, Leave);
        lifecycle.Subscribe("membership", ServiceLifecycleStage.ValidateInitialConnectivity, ReachAll, _ => Task.CompletedTask);
        lifecycle.Subscribe("membership", ServiceLifecycleStage.BecomeActive, BecomeActive, token => TryBecome(SiloStatus.ShuttingDown, token));
    }

    private async Task Open(CancellationToken cancellationToken)
    {
        await directory.Check(cancellationToken);
        await table.InitializeMembershipTable(true);
        links.Receiver = receiver;
        death.Start();
        membership.DeclaredDead += Fence;
        prober.Awoke += () => _ = Task.Run(TryRefresh);
        prober.Start();
        await server.StartAsync(cancellationToken);
    }

    private async Task Close()
    {
        links.Dispose();
        await server.DisposeAsync();
        prober.Dispose();
    }

    private async Task Join(CancellationToken cancellationToken)
    {
        await membership.Join(cancellationToken);
        using var flow = ExecutionContext.SuppressFlow();
        _loops.Add(Task.Run(() => Repeat(Options.TableRefreshTimeout, TryRefresh), CancellationToken.None));
        _loops.Add(Task.Run(() => Repeat(Options.IAmAliveTablePublishTimeout, () => TryTable("say that it is alive", membership.WriteIAmAlive)), CancellationToken.None));
        if (Options.DefunctSiloCleanupPeriod is { } period)
        {
            _loops.Add(Task.Run(
                () => Repeat(period, () => TryTable("remove old silos", () => table.CleanupDefunctSiloEntries(time.GetUtcNow() - Options.DefunctSiloExpiration))), CancellationToken.None));
        }
    }

    // A silo that the others cannot reach, or that cannot reach them, would only break the cluster: it waits.
    private async Task ReachAll(CancellationToken cancellationToken)
    {
        // Itself first, whatever comes of it: the others probe it as soon as it is active, and code that has run once answers in time on a busy machine.
        await prober.Ask(membership.LocalSilo).WaitAsync(cancellationToken);
        var start = time.GetTimestamp();
        while (true)
        {
            await membership.Refresh(cancellationToken: cancellationToken);
            var silos = membership.View.Table.Members.Select(m => m.Item1)
                .Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(membership.LocalSilo) && !IsStale(m)).Select(m => m.SiloAddress).ToArray();
            var answers = await Task.WhenAll(silos.Select(prober.Ask)).WaitAsync(cancellationToken);
            var unreachable = silos.Where((_, i) => !answers[i]).ToArray();
            if (unreachable.Length == 0)
            {
                return;
            }

            if (time.GetElapsedTime(start) > Options.MaxJoinAttemptTime)
            {
                if (!Options.EvictWhenMaxJoinAttemptTimeExceeded)
                {
                    throw new OrleansException(
                        $"The silo did not reach {unreachable.Length} of {silos.Length} active silos in {Options.MaxJoinAttemptTime}: {string.Join(", ", unreachable.Select(s => s.ToString()))}. "
                        + "Every silo must be able to connect to the endpoint that every other one advertises: check addresses and firewalls.");
                }

                foreach (var silo in unreachable)
                {
                    await membership.TryKill(silo);
                }

                return;
            }

            logger.LogWarning("This silo joins when it reaches all active ones; {Unreachable} do not answer.", string.Join(", ", unreachable.Select(s => s.ToString())));
            await Task.Delay(s_joinRetry, time, cancellationToken);
        }
    }

    private bool IsStale(MembershipEntry entry)
    {
        var last = entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime;
        return last + (Options.IAmAliveTablePublishTimeout * Options.NumMissedTableIAmAliveLimit) < time.GetUtcNow().UtcDateTime;
    }

    private async Task BecomeActive(CancellationToken cancellationToken)
    {
        await membership.Become(SiloStatus.Active, cancellationToken);
        monitor.Start();
    }

    private async Task Leave(CancellationToken cancellationToken)
    {
        // Once, so that nobody sends any more; again, so that what came before that has been sent on and its callers know.
        await farewell.SayAsync();
        await center.DrainAsync(s_drain);
        await farewell.SayAsync();
        monitor.Stop();
        await TryBecome(SiloStatus.Dead, cancellationToken);
        await _ended.CancelAsync();
        await Task.WhenAll(_loops);
    }

    private async Task TryBecome(SiloStatus status, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_farewell, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await membership.Become(status, both.Token);
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "The membership table could not be told that this silo is {Status}.", status);
        }
    }

    // Nothing more goes out of a silo that is dead for the others, also where the fatal error handler lets the process live.
    private void Fence()
    {
        monitor.Stop();
        links.Dispose();
        pending.Stop();
        _ = Task.Run(async () => await server.DisposeAsync());
    }

    private Task TryRefresh() => TryTable("read it", () => membership.Refresh(cancellationToken: _ended.Token).AsTask());

    private async Task TryTable(string purpose, Func<Task> action)
    {
        try
        {
            await action();
            if (_tableFails)
            {
                _tableFails = false;
                logger.LogWarning("The membership table can be reached again.");
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The silo ends.
        }
        catch (Exception exception)
        {
            if (!_tableFails)
            {
                _tableFails = true;
                logger.LogWarning(exception, "The membership table cannot be reached to {Purpose}: the silo goes on with what it knows and tries again.", purpose);
            }
        }
    }

    private async Task Repeat(TimeSpan period, Func<Task> action)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                await action();
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }
}
