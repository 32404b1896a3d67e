using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

public class CommitTrackerTests
{
    private readonly List<StepCommit> _complete = [];

    [Fact]
    public void Add_EnsureAStepIsCommittedByOneWorkerAndCompleteByAll()
    {
        var tracker = new CommitTracker(2, 10);
        tracker.Add(Runs.Step(10, 1, new(2, 2), microseconds: 3000), _complete);
        Assert.Equal((11, 10), (tracker.Applied, tracker.Complete));
        Assert.Empty(_complete);
        tracker.Add(Runs.Step(10, 0, new(0, 2)), _complete);
        var commit = Assert.Single(_complete);
        Assert.Equal([1000ul, 1001, 1002, 1003], commit.SampleDigests);
        Assert.Equal([500L, 1500], commit.ComputeMicroseconds);
        Assert.Equal(2000, commit.StepMicroseconds);
        Assert.Null(tracker.Disagreement);
    }

    [Fact]
    public void Add_EnsureRepeatedRecordsChangeNothing()
    {
        var tracker = new CommitTracker(2, 0);
        for (var time = 0; time < 2; time++)
        {
            for (var step = 0; step < 3; step++)
            {
                tracker.Add(Runs.Step(step, 0, new(0, 1)), _complete);
                tracker.Add(Runs.Step(step, 1, new(1, 1)), _complete);
            }
        }

        Assert.Equal([0L, 1, 2], _complete.Select(commit => commit.Step));
    }

    [Fact]
    public void Add_EnsureStepsCompleteInOrderWhateverWorkerIsAhead()
    {
        var tracker = new CommitTracker(2, 0);
        for (var step = 0; step < 100; step++)
        {
            tracker.Add(Runs.Step(step, 1, new(1, 1)), _complete);
        }

        for (var step = 0; step < 100; step++)
        {
            tracker.Add(Runs.Step(step, 0, new(0, 1)), _complete);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(step => (long)step), _complete.Select(commit => commit.Step));
    }

    [Theory]
    [InlineData(8ul, 0.5)]
    [InlineData(7ul, 0.25)]
    public void Add_EnsureADifferentHashOrLossIsSeen(ulong hash, double loss)
    {
        var tracker = new CommitTracker(2, 0);
        tracker.Add(Runs.Step(0, 0, new(0, 1)), _complete);
        tracker.Add(Runs.Step(0, 1, new(1, 1), hash, loss), _complete);
        Assert.Contains("disagree on step 0", tracker.Disagreement, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_EnsureTwoWorkersAgreeOnALossThatIsNoNumber()
    {
        var tracker = new CommitTracker(2, 0);
        tracker.Add(Runs.Step(0, 0, new(0, 1), loss: double.NaN), _complete);
        tracker.Add(Runs.Step(0, 1, new(1, 1), loss: double.NaN), _complete);
        Assert.Null(tracker.Disagreement);
        Assert.Single(_complete);
    }
}
