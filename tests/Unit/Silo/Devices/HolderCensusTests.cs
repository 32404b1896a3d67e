using Sheaf.Silo.Devices;

namespace Sheaf.Tests.Unit.Silo.Devices;

public class HolderCensusTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HolderCensus _census;

    public HolderCensusTests() => _census = new(_time);

    [Fact]
    public void IsOver_EnsureWhoIsListedIsWaitedFor()
    {
        Assert.False(_census.IsOver);
        _census.List(["one", "two"]);
        _census.Heard("one");
        Assert.Equal(["two"], _census.Missing);
        Assert.False(_census.IsOver);
        _census.Heard("two");
        Assert.True(_census.IsOver);
    }

    [Fact]
    public void List_EnsureWhoSpokeBeforeIsNotAskedAgain()
    {
        _census.Heard("early");
        _census.List(["early"]);
        Assert.Empty(_census.Missing);
        Assert.True(_census.IsOver);
    }

    [Fact]
    public void IsOver_EnsureWhoNeverSpeaksHoldsUpNobodyForLongAndIsStillAsked()
    {
        _census.List(["mute"]);
        _time.Advance(HolderCensus.Patience - TimeSpan.FromTicks(1));
        Assert.False(_census.IsOver);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_census.IsOver);
        Assert.Equal(["mute"], _census.Missing);
    }

    [Fact]
    public void IsOver_EnsureAListThatNeverComesHoldsUpNobodyForLong()
    {
        _time.Advance(HolderCensus.Patience);
        Assert.True(_census.IsOver);
    }
}
