using Orleans.Runtime.MembershipService;
using static Orleans.Runtime.MembershipService.FailureDetector;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

public sealed class FailureDetectorTests
{
    private readonly FailureDetector _detector = new(interval: Seconds(1), longest: Seconds(3), missedLimit: 2);

    [Fact]
    public void Poll_ProbesAtOnce_AndAgainAfterTheInterval()
    {
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(0)));
        _detector.Answered(_detector.Sequence);

        Assert.Equal(Step.Wait, _detector.Poll(Seconds(0.9)));
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(1)));
    }

    [Fact]
    public void TwoProbesWithoutAnswer_MakeASuspect_AndEachFurtherOneAgain()
    {
        _detector.Poll(Seconds(0));
        Assert.Equal(Step.Missed, _detector.Poll(Seconds(1)));
        Assert.False(_detector.IsSuspect);
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(1)));

        Assert.Equal(Step.Missed, _detector.Poll(Seconds(2)));

        Assert.True(_detector.IsSuspect);
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(2)));
        Assert.Equal(Step.Missed, _detector.Poll(Seconds(3)));
        Assert.True(_detector.IsSuspect);
    }

    [Fact]
    public void Answer_ClearsWhatWasMissed()
    {
        _detector.Poll(Seconds(0));
        _detector.Poll(Seconds(1));
        _detector.Poll(Seconds(1));
        _detector.Answered(_detector.Sequence);

        Assert.Equal(0, _detector.Missed);
    }

    [Fact]
    public void AnswerToAnEarlierProbe_CountsForNothing()
    {
        _detector.Poll(Seconds(0));
        var old = _detector.Sequence;
        _detector.Poll(Seconds(1));
        _detector.Poll(Seconds(1));

        _detector.Answered(old);

        Assert.Equal(1, _detector.Missed);
        Assert.Equal(Step.Missed, _detector.Poll(Seconds(2)));
    }

    [Fact]
    public void RefusedConnection_IsAMissedProbe_AndTheNextWaitsForTheInterval()
    {
        _detector.Poll(Seconds(0));
        _detector.Refused(Seconds(0.1));

        Assert.Equal(1, _detector.Missed);
        Assert.Equal(Step.Wait, _detector.Poll(Seconds(1)));
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(1.1)));
    }

    [Fact]
    public void ClosedConnection_IsNoMissedProbe_AndAsksAtOnce()
    {
        _detector.Poll(Seconds(0));

        _detector.Disconnected(Seconds(0.2));

        Assert.Equal(0, _detector.Missed);
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(0.2)));
    }

    [Fact]
    public void ProberThatRanLate_GivesTheWholeTimeAgain_AndMoreOfItForAWhile()
    {
        _detector.Poll(Seconds(0));

        _detector.Delayed(Seconds(60));

        Assert.Equal(Step.Wait, _detector.Poll(Seconds(60)));
        Assert.Equal(Step.Wait, _detector.Poll(Seconds(62.9)));
        Assert.Equal(Step.Missed, _detector.Poll(Seconds(63)));

        // Ten intervals later it is as usual.
        Assert.Equal(Step.Probe, _detector.Poll(Seconds(80)));
        Assert.Equal(Step.Missed, _detector.Poll(Seconds(81)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
