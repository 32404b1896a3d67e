using Sheaf.Records;
using Sheaf.Silo.Workers;

namespace Sheaf.Tests.Unit.Silo.Workers;

public sealed class ReportRhythmTests
{
    [Theory]
    [InlineData(0.9, 5, false)]
    [InlineData(1.0, 0.9, false)]
    [InlineData(1.0, 1.1, true)]
    [InlineData(1.9, 0.5, false)]
    [InlineData(2.0, 0.0, true)]
    public void IsDue_EnsureASignOfLifeAndEverySecondWhereAWorkerStandsStill(double sinceLast, double inPhase, bool due)
    {
        WorkerActivity[] activities = [new() { Worker = 0, Phase = WorkerPhase.Reducing, Step = 4, Seconds = inPhase },
            new() { Worker = 1, Phase = WorkerPhase.Computing, Step = 4, Seconds = 0.1 }];
        Assert.Equal(due, new ReportRhythm(new()).IsDue(TimeSpan.FromSeconds(sinceLast), activities));
    }

    [Fact]
    public void PauseAfter_EnsureItGrowsToOneSecondAtMost()
    {
        Assert.Equal(
            [0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1],
            new[] { 0, 1, 2, 3, 4, 5, 6, 40 }.Select(failures => new ReportRhythm(new()).PauseAfter(failures).TotalSeconds));
    }
}
