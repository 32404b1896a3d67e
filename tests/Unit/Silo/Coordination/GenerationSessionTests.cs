using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

public class GenerationSessionTests
{
    private readonly GenerationSession _session = new(Runs.Record(RunState.Starting, generation: 1, workers: 2), Runs.Plan(epochs: 1), 0, 0, new());

    [Fact]
    public void Session_EnsureItIsFinishedWhenEveryWorkerIsAndTheCheckpointIsWritten()
    {
        Assert.True(_session.Extend());
        RunTo(8);
        Assert.True(_session.Extend());
        RunTo(10, from: 8);
        Assert.Equal(DirectiveKind.Finish, _session.DirectivesOf(0)[^1].Kind);
        var finish = _session.DirectivesOf(0)[^1].Sequence;
        Take(new() { Silo = "a", Generation = 1, Reached = [new() { Worker = 0, Sequence = finish, Step = 10 }] });
        Assert.False(_session.IsFinished);
        Take(new() { Silo = "a", Generation = 1, Reached = [new() { Worker = 1, Sequence = finish, Step = 10 }] });
        Assert.False(_session.IsFinished);
        Take(new() { Silo = "a", Generation = 1, Checkpoints = [new() { Step = 10, Generation = 1, Path = "/c", Bytes = 1, WeightsSha256 = "" }] });
        Assert.True(_session.IsFinished);
        Assert.True(_session.IsComplete);
        Assert.Null(_session.CheckpointFault);
    }

    [Fact]
    public void Session_EnsureAPauseWaitsForItsCheckpointAndAReshapeDoesNot()
    {
        _session.Extend();
        RunTo(8);
        _session.Drain(checkpoint: true);
        var finish = _session.DirectivesOf(0)[^1].Sequence;
        Take(new()
        {
            Silo = "a",
            Generation = 1,
            Reached = [new() { Worker = 0, Sequence = finish, Step = 8 }, new() { Worker = 1, Sequence = finish, Step = 8 }],
            CheckpointFaults = [new() { Step = 8, Message = "no space left" }],
        });
        Assert.True(_session.HasStopped);
        Assert.False(_session.IsFinished);
        Assert.Equal("no space left", _session.CheckpointFault!.Message);
        Take(new() { Silo = "a", Generation = 1, Checkpoints = [new() { Step = 8, Generation = 1, Path = "/c", Bytes = 1, WeightsSha256 = "" }] });
        Assert.True(_session.IsFinished);
        Assert.False(_session.IsComplete);
        Assert.Null(_session.CheckpointFault);
    }

    [Fact]
    public void DirectivesOf_EnsureOnlyWhatIsOpenIsSentAgain()
    {
        _session.Extend();
        var all = _session.DirectivesOf(0);
        Take(new() { Silo = "a", Generation = 1, Reached = [new() { Worker = 0, Sequence = all[0].Sequence, Step = 8 }] });
        Assert.Empty(_session.DirectivesOf(0));
        Assert.Equal(all, _session.DirectivesOf(1));
    }

    private void RunTo(long until, long from = 0) => Take(new()
    {
        Silo = "a",
        Generation = 1,
        Steps = Enumerable.Range((int)from, (int)(until - from)).SelectMany(
            step => new[] { Runs.Step(step, 0, new(0, 2)), Runs.Step(step, 1, new(2, 2)) }).ToArray(),
    });

    private void Take(SiloReport report) => _session.Take(report, 0);
}
