using Sheaf.Silo;

namespace Sheaf.Tests.Unit.Silo;

public class AlignedTimeProviderTests
{
    // Beats count from the clock's zero.
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.MinValue);
    private readonly AlignedTimeProvider _time;
    private readonly List<int> _fired = [];

    public AlignedTimeProviderTests() => _time = new(_clock, TimeSpan.FromMilliseconds(250));

    [Theory]
    [InlineData(0, 250, new[] { 250, 500, 750, 1000, 1250 })]
    [InlineData(60, 250, new[] { 500, 750, 1000, 1250 })]
    [InlineData(60, 300, new[] { 500, 1000 })]
    [InlineData(249, 1000, new[] { 1250 })]
    public void Period_EnsureItFiresOnBeats(int from, int period, int[] expected)
    {
        Pass(from);
        using var timer = Timer(period, period);
        Pass(1260 - from);
        Assert.Equal(expected, _fired);
    }

    [Fact]
    public void Period_EnsureTheFirstTimeCanBeNow()
    {
        Pass(60);
        using var timer = Timer(0, 500);
        Assert.Equal([60], _fired);
    }

    [Theory]
    [InlineData(3, 250, 250)]
    [InlineData(30, 250, 250)]
    [InlineData(120, 250, 250)]
    [InlineData(130, 250, 500)]
    [InlineData(3, 1000, 1000)]
    [InlineData(0, 200, 200)]
    [InlineData(7, 0, 7)]
    public void Change_EnsureWhoSetsItAgainAfterABeatMeansTheNextOne(int from, int due, int expected)
    {
        using var timer = Timer(-1, -1);
        Pass(from);
        timer.Change(TimeSpan.FromMilliseconds(due), Timeout.InfiniteTimeSpan);
        Pass(1300);
        Assert.Equal([expected], _fired);
    }

    [Fact]
    public void Deadline_EnsureItIsWhereItWasSet()
    {
        Pass(17);
        using var timer = Timer(500, -1);
        Pass(1300);
        Assert.Equal([517], _fired);
    }

    [Fact]
    public void Clock_EnsureItIsTheOneBelow()
    {
        _clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(3), "x", "x"));
        Assert.Equal(
            (_clock.GetUtcNow(), _clock.GetTimestamp(), _clock.TimestampFrequency, _clock.LocalTimeZone),
            (_time.GetUtcNow(), _time.GetTimestamp(), _time.TimestampFrequency, _time.LocalTimeZone));
    }

    private ITimer Timer(int due, int period) => _time.CreateTimer(
        _ => _fired.Add((int)_clock.GetElapsedTime(0).TotalMilliseconds), null, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period));

    private void Pass(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }
}
