using Microsoft.AspNetCore.Hosting.Server;
using Npgsql;
using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Silo.Storage;
using Sheaf.Surroundings;

namespace Sheaf.Silo.Cluster;

/// <summary>
/// This silo in its cluster: passes the gate before anything of the silo starts, holds the silo's name, says where the silo is when it listens, and takes that
/// back when it stops. A database that goes away changes nothing; the name is taken again when it is back. Thread-safe.
/// </summary>
internal sealed class ClusterPresence(
    SiloOptions options,
    DataFolder folder,
    ClusterStore store,
    ISiloProbe probe,
    CertificateGate certificates,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ClusterPresence> log) : IHostedLifecycleService, ISiloDirectory, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<SiloRecord> _last = [];
    private NameHold? _hold;
    private Task _keeping = Task.CompletedTask;

    public SiloRecord? Self { get; private set; }

    public async Task<IReadOnlyList<SiloRecord>> All(CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(options.Membership.DirectoryWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            _last = await store.Silos(either.Token);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            log.LogWarning(e, "The cluster's {Database} does not say where the silos are; what it said last is used.", store.Shown);
        }

        return _last;
    }

    /// <summary>The same as at the start; called before it by who wants to see a refusal without a host's log around it.</summary>
    /// <exception cref="ClusterRefusedException">Says why this silo may not join.</exception>
    public async Task Pass(CancellationToken cancellationToken = default)
    {
        if (_hold is null)
        {
            _hold = await ClusterGate.Pass(store, options, probe, certificates, time, cancellationToken);
            await store.LimitSigns(options.ClusterId, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Pass(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var announcement = Announcement.Of(services.GetRequiredService<IServer>());
        var address = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        Self = new(
            options.Name,
            address,
            Environment.ProcessId,
            Environment.MachineName,
            Reachable(announcement.Grpc, address),
            Reachable(announcement.Http, address),
            FolderId.Of(folder));
        _last = [Self];
        await store.Put(Self, cancellationToken);
        await SayWhereConnectionsAreFew(cancellationToken);
        await BuryPredecessors(address);
        _keeping = Keep(_stopping.Token);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _keeping;
        if (Self is { } self)
        {
            try
            {
                await store.Remove(self, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
            {
                log.LogWarning(e, "The cluster's {Database} could not be told that this silo stops.", store.Shown);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_hold is { } hold)
        {
            await hold.DisposeAsync();
        }
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>A listener on every address is reached at the one that other silos use.</summary>
    private static string Reachable(string url, SiloAddress address)
    {
        var uri = new Uri(url);
        return System.Net.IPAddress.TryParse(uri.Host.Trim('[', ']'), out var listening) && Endpoints.IsAny(listening)
            ? new UriBuilder(uri) { Host = address.Endpoint.Address.ToString() }.Uri.GetLeftPart(UriPartial.Authority)
            : uri.GetLeftPart(UriPartial.Authority);
    }

    private async Task SayWhereConnectionsAreFew(CancellationToken cancellationToken)
    {
        var (connections, silos) = await store.Room(cancellationToken);
        if (connections < silos * options.Database.ConnectionsOfASilo)
        {
            log.LogWarning(
                "The cluster's {Database} has {Connections} connections for users; {Silos} silos may take {PerSilo} each. Raise max_connections, "
                    + "or calls may fail for want of one.",
                store.Shown, connections, silos, options.Database.ConnectionsOfASilo);
        }
    }

    /// <summary>Who had this silo's name no longer holds it: it is dead, or cut off and replaced. The cluster need not find out by probes.</summary>
    private async Task BuryPredecessors(SiloAddress self)
    {
        var membership = services.GetRequiredService<IClusterMembershipService>();
        foreach (var member in membership.CurrentSnapshot.Members.Values.Where(member => member.Name == options.Name && !member.SiloAddress.Equals(self)
            && member.Status != SiloStatus.Dead))
        {
            var told = await membership.TryKill(member.SiloAddress);
            log.LogInformation("{Address}, which had the name {Name} before this silo, is declared dead: {Told}.", member.SiloAddress, options.Name, told);
        }
    }

    private async Task Keep(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _hold!.Lost(stoppingToken);
                log.LogWarning("The connection to the cluster's {Database} that holds this silo's name is lost; it is made again.", store.Shown);
                await _hold.DisposeAsync();
                if (!await TakeAgain(stoppingToken))
                {
                    log.LogCritical("Another silo has taken the name {Name} while the database was away: this one stops.", options.Name);
                    lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>False: the database says that the name is another's.</summary>
    private async Task<bool> TakeAgain(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Membership.HoldEvery, time);
        do
        {
            try
            {
                if (await NameHold.Take(store, options.Name, stoppingToken) is { } hold)
                {
                    _hold = hold;
                    await store.Put(Self!, stoppingToken);
                    return true;
                }

                if ((await store.Silos(stoppingToken)).FirstOrDefault(silo => silo.Name == options.Name) is { } holder && !holder.Address.Equals(Self!.Address))
                {
                    return false;
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
            {
                // It is still away.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
        return true;
    }
}
