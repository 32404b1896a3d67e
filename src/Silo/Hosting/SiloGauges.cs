using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Sheaf.Silo.Devices;
using Sheaf.Silo.Telemetry;
using Sheaf.Silo.Troubles;
using Sheaf.Silo.Workers;

namespace Sheaf.Silo.Hosting;

/// <summary>What a silo is at the moment of a scrape: its build, its devices, its troubles, and the cluster as it sees it. Thread-safe.</summary>
internal sealed class SiloGauges : IHostedService, IDisposable
{
    private readonly Meter _meter;
    private readonly LocalDevices _devices;
    private readonly DeviceHost _host;
    private readonly SiloTroubles _troubles;
    private readonly IClusterMembershipService _membership;

    public SiloGauges(
        IMeterFactory factory, LocalDevices devices, DeviceHost host, SiloMeters meters, SiloTroubles troubles, IClusterMembershipService membership)
    {
        (_meter, _devices, _host, _troubles, _membership) = (factory.Create(SiloMeters.Name), devices, host, troubles, membership);
        var fingerprint = new Lazy<string>(() => devices.Fingerprint);
        _meter.CreateObservableGauge("sheaf.build.info", () => Build(fingerprint.Value), null, "1, with what this silo was built from and computes with.");
        _meter.CreateObservableGauge("sheaf.devices", () => devices.All.Count, "{device}", "Devices that this silo offers.");
        _meter.CreateObservableGauge("sheaf.devices.busy", Busy, "{device}", "Devices of this silo that a worker is on.");
        _meter.CreateObservableGauge(
            "sheaf.device.busy.ratio",
            () => meters.Busy(devices.All.Count),
            null,
            "Part of the last minute in which the devices of this silo computed steps.");
        _meter.CreateObservableGauge(
            "sheaf.lease.margin", LeaseMargin, "s", "The least time that is left to an experiment on this silo until its coordinator's word lapses.");
        _meter.CreateObservableGauge(
            "sheaf.trouble", Troubles, null, "1 where something is not as it should be with this silo or its database, by what it is about, else 0.");
        _meter.CreateObservableGauge("sheaf.cluster.silos", Silos, "{silo}", "Silos of the cluster that this one sees as active.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();

    private static Measurement<int> Build(string fingerprint) => new(
        1,
        new("version", typeof(SiloGauges).Assembly.GetName().Version?.ToString(3)),
        new("runtime", RuntimeInformation.FrameworkDescription),
        new("fingerprint", fingerprint));

    private int Busy() => _host.Active.SelectMany(run => run.Workers.Select(worker => worker.Device)).Distinct(StringComparer.Ordinal).Count();

    private IEnumerable<Measurement<double>> LeaseMargin() => _host.LeaseMargin is { } margin ? [new(margin.TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Troubles()
    {
        var kinds = _troubles.Kinds;
        return Enum.GetValues<TroubleKind>().Select(kind =>
            new Measurement<int>(kinds.Contains(kind) ? 1 : 0, new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant())));
    }

    private int Silos() => _membership.CurrentSnapshot.Members.Values.Count(member => member.Status == SiloStatus.Active);
}
