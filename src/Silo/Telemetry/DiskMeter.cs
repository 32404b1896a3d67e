using System.Diagnostics.Metrics;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// Looks now and then how much room there is where checkpoints are kept. Looked at beside the scrapes: a file system that is away may not answer for long.
/// Thread-safe.
/// </summary>
internal sealed class DiskMeter : BackgroundService
{
    private readonly Lock _gate = new();
    private readonly Meter _meter;
    private readonly string _folder;
    private readonly ObservationOptions _options;
    private readonly TimeProvider _time;
    private (long Free, long Size)? _room;

    public DiskMeter(IMeterFactory factory, DataFolder folder, ObservationOptions options, TimeProvider time)
    {
        (_meter, _folder, _options, _time) = (factory.Create(SiloMeters.Name), folder.Checkpoints, options, time);
        _meter.CreateObservableGauge("sheaf.checkpoint.disk.free", () => Room(room => room.Free), "By", "Room on the disk where checkpoints are kept.");
        _meter.CreateObservableGauge("sheaf.checkpoint.disk.size", () => Room(room => room.Size), "By", "Size of the disk where checkpoints are kept.");
    }

    /// <summary>Looks now. Where the disk does not answer, nothing is observed.</summary>
    public void Look()
    {
        try
        {
            var there = Path.GetFullPath(_folder);
            while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
            {
                there = above;
            }

            var drive = new DriveInfo(there);
            Set((drive.AvailableFreeSpace, drive.TotalSize));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Set(null);
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.CheckpointsEvery, _time);
        do
        {
            await Task.Run(Look, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Set((long Free, long Size)? room)
    {
        lock (_gate)
        {
            _room = room;
        }
    }

    private IEnumerable<Measurement<long>> Room(Func<(long Free, long Size), long> which)
    {
        lock (_gate)
        {
            return _room is { } room ? [new(which(room))] : [];
        }
    }
}
