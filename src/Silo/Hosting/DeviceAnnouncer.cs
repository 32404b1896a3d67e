using Sheaf.Contracts.Grains;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Devices;
using Sheaf.Silo.Troubles;
using Sheaf.Silo.Workers;

namespace Sheaf.Silo.Hosting;

/// <summary>
/// Tells the pool what this silo has and who is on it: at the start, before anything is resumed, and every <see cref="DevicePoolOptions.AnnounceEvery"/>.
/// What the pool answers tells the data plane whom to link to, and who leads which experiment.
/// </summary>
internal sealed class DeviceAnnouncer(
    SiloOptions options,
    LocalDevices devices,
    ILocalSiloDetails silo,
    DeviceHost host,
    IDataLinks links,
    CoordinatorPlaces places,
    SiloTroubles troubles,
    ISiloDirectory directory,
    DrainStatus drain,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<DeviceAnnouncer> log) : BackgroundService
{
    private string _fingerprint = "";
    private bool _draining;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // What this machine cannot do is no matter of the pool: it is not tried again.
        _fingerprint = devices.Fingerprint;
        await TryAnnounce();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Pool.AnnounceEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAnnounce();
        }
    }

    /// <summary>The pool may be on a silo that has just died: a silo that starts then must not die of it.</summary>
    private async Task TryAnnounce()
    {
        try
        {
            await Announce();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("The device pool could not be told of this silo's devices, which is tried again: {Reason}", e.Message);
        }
    }

    private async Task Announce()
    {
        var workers = host.Active.SelectMany(run => run.Workers.Select(worker => (worker.Device, run.ExperimentId, worker.Number)));
        var users = workers.ToLookup(user => user.Device, StringComparer.Ordinal);
        var address = silo.SiloAddress.ToParsableString();
        var all = await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Announce(new()
        {
            Name = options.Name,
            Address = address,
            Pid = Environment.ProcessId,
            Version = typeof(DeviceAnnouncer).Assembly.GetName().Version?.ToString(3) ?? "",
            Fingerprint = _fingerprint,
            Devices = devices.All.Select(device => users[device.Name].FirstOrDefault() is { Device: not null } user
                ? device with { ExperimentId = user.ExperimentId, Worker = user.Number }
                : device).ToArray(),
            Coordinates = places.Here,
            DataEndpoint = links.EndPoint,
            ApiEndpoint = directory.Self?.Grpc ?? "",
            Draining = _draining || drain.Leaves,
            Troubles = troubles.WithExperiments,
        });

        // What the pool was told of a drain outlives it here: a new one knows only what the silos say.
        _draining = all.FirstOrDefault(known => known.Address == address)?.Draining ?? _draining;
        links.Update(all);
        places.Hear(all, address);
    }
}
