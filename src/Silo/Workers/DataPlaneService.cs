using System.Diagnostics.CodeAnalysis;
using System.Net;
using Sheaf.Api.Security;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Telemetry;
using Sheaf.Surroundings;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Faults;
using Sheaf.Transport;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Links;
using Sheaf.Transport.StateTransfer;

namespace Sheaf.Silo.Workers;

/// <summary>
/// The data plane of a silo in a cluster: listens, keeps links to the other silos, and tells the cluster at once of one whose process is gone. One silo alone
/// has none. Thread-safe.
/// </summary>
internal sealed class DataPlaneService(
    SiloOptions options,
    ServerFiles files,
    ILocalSiloDetails silo,
    IServiceProvider services,
    SiloMeters meters,
    IFaultInjector faults,
    TimeProvider time,
    ILogger<DataPlaneService> log) : IHostedService, IDataLinks, IPeers, IStateSource
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _linked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private DataPlane? _plane;

    public string EndPoint => _plane is { } plane ? plane.EndPoint.ToString() : "";

    public IReadOnlyCollection<string> Reachable => _plane?.Reachable ?? [];

    private string Self => silo.SiloAddress.ToParsableString();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Cluster is null)
        {
            return;
        }

        var plane = new DataPlane(
            new()
            {
                ClusterId = options.ClusterId,
                Silo = Self,
                Listen = Endpoints.ParseReachable("--data-endpoint", options.DataEndpoint),
                States = this,
                Links = options.Links,
                Tls = files.Handshake is { } handshake ? new(handshake.Server, handshake.Client) : null,
                Log = Note,
            },
            time,
            faults);
        plane.Lost += Lost;
        await plane.StartAsync();
        meters.ObserveDataPlane(plane.Counters);
        _plane = plane;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_plane is { } plane)
        {
            await plane.DisposeAsync();
        }
    }

    public void Update(IReadOnlyList<SiloInfo> silos)
    {
        if (_plane is not { } plane)
        {
            return;
        }

        var wanted = silos.Where(known => known.DataEndpoint.Length > 0 && known.Address != Self).ToArray();
        lock (_gate)
        {
            foreach (var left in _linked.Except(wanted.Select(known => known.Address)).ToArray())
            {
                _linked.Remove(left);
                plane.Forget(left);
            }

            // An address names one process: one that is gone does not come back under it.
            foreach (var known in wanted.Where(known => !_gone.Contains(known.Address)))
            {
                _linked.Add(known.Address);
                plane.Connect(known.Address, IPEndPoint.Parse(known.DataEndpoint));
            }
        }
    }

    public void Link(IReadOnlyList<WorkerPlace> workers)
    {
        lock (_gate)
        {
            foreach (var worker in workers.Where(worker => worker.DataEndpoint.Length > 0 && worker.SiloAddress != Self && !_gone.Contains(worker.SiloAddress)))
            {
                _plane?.Connect(worker.SiloAddress, EndPointOf(worker.Silo, worker.DataEndpoint));
            }
        }
    }

    public IExchange Join(Assignment assignment, int shards, int length)
    {
        var members = assignment.Workers.GroupBy(worker => worker.SiloAddress, StringComparer.Ordinal).Select(workers => new PeerMember(
            workers.Key,
            EndPointOf(workers.First().Silo, workers.First().DataEndpoint),
            workers.Select(worker => worker.Shards).ToArray()));
        var lowest = assignment.Workers.Where(worker => worker.SiloAddress == Self).Min(worker => worker.Number);
        return Plane.Join(new(assignment.ExperimentId, assignment.Generation, shards, Self, lowest, members, length));
    }

    public async Task<CheckpointSnapshot> Fetch(StateDonor donor, string experimentId, long step, CancellationToken cancellationToken)
    {
        try
        {
            return await Plane.FetchState(donor.SiloAddress, EndPointOf(donor.Silo, donor.DataEndpoint), experimentId, step, cancellationToken);
        }
        catch (StateTransferException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    // The host of the devices is made after this, and with it.
    public bool TryGet(string experimentId, long step, [NotNullWhen(true)] out CheckpointSnapshot? snapshot) =>
        services.GetRequiredService<DeviceHost>().TryGet(experimentId, step, out snapshot);

    private DataPlane Plane =>
        _plane ?? throw new InvalidOperationException("This silo has no data plane: it was started without --cluster, so it can have no peers.");

    private static IPEndPoint EndPointOf(string silo, string text) =>
        IPEndPoint.TryParse(text, out var endPoint)
            ? endPoint
            : throw new IOException($"Silo '{silo}' says that its data plane listens at '{text}', which is no IP:PORT.");

    private void Note(string text) => log.LogInformation("Data plane: {Note}", text);

    private void Lost(string lost, LinkLoss how)
    {
        if (how is LinkLoss.Refused or LinkLoss.Superseded)
        {
            lock (_gate)
            {
                _gone.Add(lost);
            }

            _ = Kill(lost, how);
        }
    }

    /// <summary>The process that listened there is certainly gone: waiting for missed probes would only cost time.</summary>
    private async Task Kill(string lost, LinkLoss how)
    {
        var why = how == LinkLoss.Refused ? "nobody listens at its data endpoint any more" : "another process answers at its data endpoint";
        try
        {
            var killed = await services.GetRequiredService<IClusterMembershipService>().TryKill(SiloAddress.FromParsableString(lost));
            log.LogWarning(
                "Silo {Silo} is gone: the link to it closed, and {Why}. {Told}", lost, why, killed ? "The cluster has been told." : "The cluster knew.");
        }
        catch (Exception e)
        {
            log.LogWarning(
                "Silo {Silo} is gone: the link to it closed, and {Why}. The cluster could not be told ({Reason}) and will find out by itself.",
                lost,
                why,
                e.Message);
        }
    }
}
