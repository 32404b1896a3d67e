using Microsoft.Extensions.Logging.Abstractions;
using Sheaf.Silo.Troubles;
using Sheaf.Tests.Unit.Silo.Coordination;
using Sheaf.Tests.Unit.Training.Data;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Unit.Silo.Troubles;

public sealed class CheckpointWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly SiloTroubles _troubles;
    private readonly CheckpointWatch _watch;
    private long _room = long.MaxValue;
    private int _looks;

    public CheckpointWatchTests()
    {
        _troubles = new(_time, NullLogger<SiloTroubles>.Instance);
        var store = new DirectoryCheckpointStore(Root, _time, null, DurableFiles.Create, _ =>
        {
            Interlocked.Increment(ref _looks);
            return Interlocked.Read(ref _room);
        });
        _watch = new(store, _troubles, new(), _time);
    }

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    private string Root => _folder.At("mount/checkpoints");

    public void Dispose()
    {
        _watch.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Look_SaysWhyNoCheckpointCanBeWrittenUntilOneCan()
    {
        await _watch.Look(Guard);
        Assert.Empty(_troubles.All);

        var mount = _folder.Text("mount", "a file");
        await _watch.Look(Guard);
        Assert.Equal(
            $"No checkpoint can be written to '{Root}': '{mount}' is a file. Name another folder with --checkpoints DIR (since 2026-11-22 12:00:00Z)",
            Assert.Single(_troubles.All));

        File.Delete(mount);
        Interlocked.Exchange(ref _room, 0);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _watch.Look(Guard);
        Assert.StartsWith($"No checkpoint can be written to '{Root}': no space is left on its disk.", Assert.Single(_troubles.All), StringComparison.Ordinal);
        Assert.EndsWith("(since 2026-11-22 12:00:00Z)", _troubles.All[0], StringComparison.Ordinal);

        Interlocked.Exchange(ref _room, long.MaxValue);
        await _watch.Look(Guard);
        Assert.Empty(_troubles.All);
    }

    [Fact]
    public async Task Silo_LooksFromItsStartOnAndAgainAndAgain()
    {
        await _watch.StartAsync(Guard);

        while (Volatile.Read(ref _looks) < 3)
        {
            Guard.ThrowIfCancellationRequested();
            _time.Advance(new ObservationOptions().CheckpointsEvery);
            await Task.Yield();
        }

        await _watch.StopAsync(Guard);
    }
}
