using Orleans.Runtime.MembershipService;
using static Orleans.Runtime.MembershipService.FailureDetector;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

public sealed class FailureDetectorTests
{
    private readonly FailureDetector _detector = new(interval: Seconds(1), longest: Seconds(3), missedLimit: 2);

    public FailureDetectorTests()
    {
        // It has answered once; the tests' time begins with the next probe.
        _detector.Poll(At(-1));
        _detector.Answered(_detector.Sequence);
    }

    [Fact]
    public void SiloThatHasNotAnsweredYet_GetsTheLongestTime()
    {
        var detector = new FailureDetector(Seconds(1), Seconds(3), missedLimit: 2);
        detector.Poll(Seconds(0));

        Assert.Equal(Step.Wait, detector.Poll(Seconds(2.9)));
        Assert.Equal(Step.Missed, detector.Poll(Seconds(3)));
    }

    [Fact]
    public void Poll_ProbesAtOnce_AndAgainAfterTheInterval()
    {
        Assert.Equal(Step.Probe, _detector.Poll(At(0)));
        _detector.Answered(_detector.Sequence);

        Assert.Equal(Step.Wait, _detector.Poll(At(0.9)));
        Assert.Equal(Step.Probe, _detector.Poll(At(1)));
    }

    [Fact]
    public void TwoProbesWithoutAnswer_MakeASuspect_AndEachFurtherOneAgain()
    {
        _detector.Poll(At(0));
        Assert.Equal(Step.Missed, _detector.Poll(At(1)));
        Assert.False(_detector.IsSuspect);
        Assert.Equal(Step.Probe, _detector.Poll(At(1)));

        Assert.Equal(Step.Missed, _detector.Poll(At(2)));

        Assert.True(_detector.IsSuspect);
        Assert.Equal(Step.Probe, _detector.Poll(At(2)));
        Assert.Equal(Step.Missed, _detector.Poll(At(3)));
        Assert.True(_detector.IsSuspect);
    }

    [Fact]
    public void Answer_ClearsWhatWasMissed()
    {
        _detector.Poll(At(0));
        _detector.Poll(At(1));
        _detector.Poll(At(1));
        _detector.Answered(_detector.Sequence);

        Assert.Equal(0, _detector.Missed);
    }

    [Fact]
    public void AnswerToAnEarlierProbe_CountsForNothing()
    {
        _detector.Poll(At(0));
        var old = _detector.Sequence;
        _detector.Poll(At(1));
        _detector.Poll(At(1));

        _detector.Answered(old);

        Assert.Equal(1, _detector.Missed);
        Assert.Equal(Step.Missed, _detector.Poll(At(2)));
    }

    [Fact]
    public void RefusedConnection_IsAMissedProbe_AndTheNextWaitsForTheInterval()
    {
        _detector.Poll(At(0));
        _detector.Refused(At(0.1));

        Assert.Equal(1, _detector.Missed);
        Assert.Equal(Step.Wait, _detector.Poll(At(1)));
        Assert.Equal(Step.Probe, _detector.Poll(At(1.1)));
    }

    [Fact]
    public void ClosedConnection_IsNoMissedProbe_AndAsksAtOnce()
    {
        _detector.Poll(At(0));

        _detector.Disconnected(At(0.2));

        Assert.Equal(0, _detector.Missed);
        Assert.Equal(Step.Probe, _detector.Poll(At(0.2)));
    }

    [Fact]
    public void ProberThatRanLate_GivesTheWholeTimeAgain_AndMoreOfItForAWhile()
    {
        _detector.Poll(At(0));

        _detector.Delayed(At(60));

        Assert.Equal(Step.Wait, _detector.Poll(At(60)));
        Assert.Equal(Step.Wait, _detector.Poll(At(62.9)));
        Assert.Equal(Step.Missed, _detector.Poll(At(63)));

        // Ten intervals later it is as usual.
        Assert.Equal(Step.Probe, _detector.Poll(At(80)));
        Assert.Equal(Step.Missed, _detector.Poll(At(81)));
    }

    private static TimeSpan At(double seconds) => Seconds(1 + seconds);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
