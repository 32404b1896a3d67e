using Sheaf.Silo.Cluster;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Cluster;

public sealed class ClusterClockTests
{
    private readonly FakeTimeProvider _machine = new(Runs.Now);
    private readonly ClusterClock _clock;

    public ClusterClockTests() => _clock = new(_machine);

    [Theory]
    [InlineData(0)]
    [InlineData(180)]
    [InlineData(-180)]
    public void TimeOfDay_IsTheDatabasesAndNothingElseIs(int ahead)
    {
        var (began, fired) = (_clock.GetTimestamp(), 0);
        using var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);

        _clock.Ahead = TimeSpan.FromSeconds(ahead);

        Assert.Equal(Runs.Now.AddSeconds(ahead), _clock.GetUtcNow());
        Assert.Equal(Runs.Now, _clock.MachineTime);
        Assert.Equal((TimeSpan.Zero, 0), (_clock.GetElapsedTime(began), fired));
        _machine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((TimeSpan.FromSeconds(10), 1), (_clock.GetElapsedTime(began), fired));
        Assert.Equal(Runs.Now.AddSeconds(10 + ahead), _clock.GetUtcNow());
    }
}
