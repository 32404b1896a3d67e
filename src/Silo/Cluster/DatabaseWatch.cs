using System.Globalization;
using Npgsql;
using Sheaf.Silo.Troubles;

namespace Sheaf.Silo.Cluster;

/// <summary>
/// Writes to the cluster's database now and then, and says where it cannot; and compares this machine's clock with the database's. A look costs one row.
/// Thread-safe.
/// </summary>
internal sealed class DatabaseWatch(
    SiloOptions options, IDatabaseBeat database, ClusterClock clock, SiloTroubles troubles, TimeProvider time) : BackgroundService
{
    /// <summary>What is wrong with a machine's clock; null: nothing.</summary>
    /// <param name="most">A clock that is off by more is named.</param>
    public static string? Skew(TimeSpan databaseIsAhead, TimeSpan most) => databaseIsAhead.Duration() <= most
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"its machine's clock is {databaseIsAhead.Duration().TotalSeconds:0} s {(databaseIsAhead < TimeSpan.Zero ? "ahead of" : "behind")} the database's; "
                + $"records and events have the database's time, so set the machine's clock");

    /// <summary>Looks now; never fails.</summary>
    public async Task Look(CancellationToken cancellationToken = default)
    {
        var asked = clock.MachineTime;
        try
        {
            var now = await database.Beat(options.Name, cancellationToken);
            var ahead = now - (asked + ((clock.MachineTime - asked) / 2));

            // Clocks drift; the time of day should not jump for what a slow answer costs.
            if ((ahead - clock.Ahead).Duration() > options.Store.SkewTolerance)
            {
                clock.Ahead = ahead;
            }

            troubles.Set(TroubleKind.Database, null);
            troubles.Set(TroubleKind.Clock, Skew(ahead, options.Store.MostSkew));
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            troubles.Set(TroubleKind.Database, DatabaseTrouble.Of(e, database.Shown));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            troubles.Set(TroubleKind.Database, DatabaseTrouble.Of(new TimeoutException(), database.Shown));
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        troubles.StoreLook = Look;
        await Look(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Store.LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Look(stoppingToken);
        }
    }
}
