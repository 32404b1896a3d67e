using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Workers;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Devices;

/// <summary>Tells the pool what this silo has and who is on it: at the start, before anything is resumed, and every <see cref="Period"/>.</summary>
internal sealed class DeviceAnnouncer(
    SiloOptions options,
    ILocalSiloDetails silo,
    DeviceHost host,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<DeviceAnnouncer> log) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<DeviceInfo> _devices = LocalDevices.Parse(options.Devices);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Announce();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
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
    }

    private Task Announce()
    {
        var users = host.Active.SelectMany(run => run.Workers.Select(worker => (worker.Device, run.ExperimentId, worker.Number))).ToLookup(user => user.Device, StringComparer.Ordinal);
        return grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Announce(new()
        {
            Name = options.Name,
            Address = silo.SiloAddress.ToParsableString(),
            Pid = Environment.ProcessId,
            Version = typeof(DeviceAnnouncer).Assembly.GetName().Version?.ToString(3) ?? "",
            Fingerprint = Fingerprint.Current,
            Devices = _devices.Select(device => users[device.Name].FirstOrDefault() is { Device: not null } user
                ? device with { ExperimentId = user.ExperimentId, Worker = user.Number }
                : device).ToArray(),
        });
    }
}
