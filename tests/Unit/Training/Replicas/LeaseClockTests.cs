using Sheaf.Records;
using Sheaf.Training.Faults;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Training.Replicas;

public sealed class LeaseClockTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void IsHeld_EnsureUntilTheDurationAfterTheLastWord()
    {
        var lease = new LeaseClock(_time, Ten);
        _time.Advance(TimeSpan.FromSeconds(9));
        lease.Renew();
        _time.Advance(Ten);
        Assert.True(lease.IsHeld);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(lease.IsHeld);
    }

    [Fact]
    public void Renew_EnsureAnAnswerCountsFromWhenItWasAskedFor()
    {
        var lease = new LeaseClock(_time, Ten);
        _time.Advance(TimeSpan.FromSeconds(4));
        var asked = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(5));
        lease.Renew(asked);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(lease.IsHeld);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(lease.IsHeld);
    }

    [Fact]
    public void Renew_EnsureAnOlderAnswerDoesNotShortenTheLease()
    {
        var lease = new LeaseClock(_time, Ten);
        var early = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(6));
        lease.Renew();
        lease.Renew(early);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(lease.IsHeld);
    }

    [Fact]
    public void Renew_EnsureALapsedLeaseStaysLapsed()
    {
        var lease = new LeaseClock(_time, Ten);
        _time.Advance(TimeSpan.FromSeconds(11));
        lease.Renew();
        Assert.False(lease.IsHeld);
        Assert.Contains(
            "10 s, so nothing more is sent",
            Assert.Throws<LeaseLapsedException>(() => lease.ThrowIfLapsed("nothing more is sent")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeReduce)]
    [InlineData(FaultPoint.AfterReduceBeforeApply)]
    public async Task LapsedLease_EnsureTheWorkerEndsBeforeItAppliesAndKeepsItsState(FaultPoint lapsesAt)
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Convolutional, shards: 2), TinyRun.Classes());
        var faults = new ScriptedFaults();
        using var armed = faults.Arm(lapsesAt, worker: 0, step: 3, () => _time.Advance(Ten + Ten));
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(2, 1));
        var outcome = new TinyRun.Outcome();
        var options = TinyRun.Options(spec, data, new(0, new(0, 2))) with { Faults = faults, Lease = new LeaseClock(_time, Ten) };
        using var worker = new TrainingWorker(options, group, outcome.SinkOf(0), _time);
        worker.Start();
        worker.Submit(new(0, DirectiveKind.Run, 9));
        await worker.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.Equal(1, armed.Hits);
        Assert.Empty(outcome.Failures);
        Assert.Contains("has not been heard for 10 s", worker.EndedBecause, StringComparison.Ordinal);
        Assert.Equal(3, outcome.Steps[0].Count);
        Assert.True(group.IsAborted);
        using var kept = worker.Keep()!;
        Assert.Equal(3, kept.Step);
        Assert.Equal((await TinyRun.RunAsync(spec, data, 2)).Hash, (await TinyRun.RunAsync(spec, data, 2, from: kept.Capture())).Hash);
    }

    [Fact]
    public async Task LapsedLease_EnsureNoCheckpointIsGiven()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Perceptron, shards: 1), TinyRun.Classes());
        var faults = new ScriptedFaults();
        using var armed = faults.Arm(FaultPoint.AfterApply, worker: 0, step: 3, () => _time.Advance(Ten + Ten));
        using var group = TinyRun.Group(spec, data, TinyRun.Leases(1, 1));
        var outcome = new TinyRun.Outcome();
        using var worker = new TrainingWorker(
            TinyRun.Options(spec, data, new(0, new(0, 1))) with { Faults = faults, Lease = new LeaseClock(_time, Ten) }, group, outcome.SinkOf(0), _time);
        worker.Start();
        worker.Submit(new(0, DirectiveKind.Run, 4));
        worker.Submit(new(1, DirectiveKind.Checkpoint, 4));
        await worker.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.Empty(outcome.Snapshots);
        Assert.Contains("no checkpoint is given", worker.EndedBecause, StringComparison.Ordinal);
    }
}
