using Sheaf.Silo.Devices;

namespace Sheaf.Tests.Unit.Silo.Devices;

public class GrantRecoveryTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly GrantRecovery _recovery;

    public GrantRecoveryTests() => _recovery = new(s_patience, _time);

    [Fact]
    public void IsOver_EnsureWhoIsListedIsWaitedFor()
    {
        Assert.False(_recovery.IsOver);
        _recovery.List(["one", "two"]);
        _recovery.Heard("one");
        Assert.Equal(["two"], _recovery.Missing);
        Assert.False(_recovery.IsOver);
        _recovery.Heard("two");
        Assert.True(_recovery.IsOver);
    }

    [Fact]
    public void List_EnsureWhoSpokeBeforeIsNotAskedAgain()
    {
        _recovery.Heard("early");
        _recovery.List(["early"]);
        Assert.Empty(_recovery.Missing);
        Assert.True(_recovery.IsOver);
    }

    [Fact]
    public void IsOver_EnsureWhoNeverSpeaksHoldsUpNobodyForLongAndIsStillAsked()
    {
        _recovery.List(["mute"]);
        _time.Advance(s_patience - TimeSpan.FromTicks(1));
        Assert.False(_recovery.IsOver);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_recovery.IsOver);
        Assert.Equal(["mute"], _recovery.Missing);
    }

    [Fact]
    public void IsOver_EnsureAListThatNeverComesHoldsUpNobodyForLong()
    {
        _time.Advance(s_patience);
        Assert.True(_recovery.IsOver);
    }
}
