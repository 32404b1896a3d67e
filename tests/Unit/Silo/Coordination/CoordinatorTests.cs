using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>The leader against ports that the test writes: what is stored, what is told, and what happens when that fails.</summary>
public class CoordinatorTests
{
    private readonly FakePorts _ports = new();
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly Coordinator _leader;

    public CoordinatorTests() => _leader = new(_ports.All, _time);

    [Fact]
    public async Task Report_EnsureTheLedgerIsOnTheStoreBeforeACheckpointCounts()
    {
        await Begin();
        _ports.Calls.Clear();
        await _leader.Report(Report(0, 4) with { Checkpoints = [Checkpoint(4)] });
        Assert.Equal(["tell 4 steps", "flush", "write Starting with 1 checkpoints"], _ports.Calls.Take(3));
    }

    [Fact]
    public async Task Submit_EnsureTheEventsSayWhichCellsOfTheDataHadNoValue()
    {
        await Begin();

        Assert.Single(_ports.Events, text => text == "data.train: 2 rows left out.");
    }

    [Fact]
    public async Task DatabaseGone_EnsureStepsAndGrantsGoOnAndTheCheckpointCountsLater()
    {
        await Begin();
        var report = Report(0, 4) with { Notes = ["once"], Checkpoints = [Checkpoint(4)] };
        _ports.FlushFails = true;
        Assert.True((await _leader.Report(report)).GoesOn);
        Assert.True((await _leader.Report(report)).GoesOn);
        Assert.Empty(_leader.Run!.Checkpoints);
        Assert.Contains("No space left", _leader.Trouble, StringComparison.Ordinal);
        _ports.FlushFails = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Tick();
        Assert.Equal([4L], _leader.Run.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Single(_ports.Events, text => text == "once");
        Assert.Single(_ports.Calls, call => call == "tell 4 steps");
        Assert.Equal("", _leader.Trouble);
    }

    [Fact]
    public async Task DatabaseGone_EnsureWatchersAreToldThoughTheListCannotBeWritten()
    {
        await Begin();
        _ports.ListFails = true;
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        Assert.Equal(RunState.Running, _leader.Run!.State);
        _ports.Calls.Clear();
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Report(Report(4, 7) with { Number = 1 });
        Assert.Contains("tell 3 steps", _ports.Calls);
        Assert.Contains("No space left", _leader.Trouble, StringComparison.Ordinal);
        _ports.ListFails = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Tick();
        Assert.Contains("list Running", _ports.Calls);
        Assert.Equal("", _leader.Trouble);
    }

    [Fact]
    public async Task DatabaseGone_EnsureItIsNotTriedAgainAtEachTurnAndGrantsGoOn()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        _ports.FlushFails = true;
        var before = _ports.Flushes;
        await _leader.Report(Report(4, 8) with { Number = 1, Checkpoints = [Checkpoint(4)] });
        Assert.True((await _leader.Report(Report(8, 10) with { Number = 2 })).GoesOn);
        Assert.Equal(10, _leader.Session!.Step);
        Assert.Contains("No space left", _leader.Trouble, StringComparison.Ordinal);
        Assert.Equal(before + 1, _ports.Flushes);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Tick();
        Assert.Equal(before + 2, _ports.Flushes);
    }

    [Fact]
    public async Task DatabaseThatHangs_EnsureItIsAskedForAQuarterOfTheTimeOnly()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        await ReportToAStoreThatHangs(3);
        var before = _ports.Flushes;
        _time.Advance(TimeSpan.FromSeconds(8.9));
        Assert.True((await _leader.Report(Report(8, 10) with { Number = 2 })).GoesOn);
        Assert.Equal((10, before), (_leader.Session!.Step, _ports.Flushes));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _leader.Tick();
        Assert.Equal(before + 1, _ports.Flushes);
    }

    [Fact]
    public async Task DatabaseThatHangs_EnsureALostSiloIsNoticedWhileItIsLeftAlone()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        await ReportToAStoreThatHangs(3);
        (_ports.FlushFails, _ports.WhileStoring) = (false, () => { });
        Assert.Equal(RunState.Running, _leader.Run!.State);
        _ports.Dead.Add(_leader.Run.Workers[1].SiloAddress);
        await _leader.Tick();
        Assert.Equal(RunState.Recovering, _leader.Run.State);
    }

    [Fact]
    public async Task DatabaseThatHangs_EnsureALossThatCannotBeWrittenDoesNotAskWithoutRest()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        (_ports.WriteFails, _ports.WhileStoring) = (true, () => _time.Advance(TimeSpan.FromSeconds(5)));
        _ports.Dead.Add(_leader.Run!.Workers[1].SiloAddress);
        var before = _ports.Writes;
        await _leader.Tick();
        Assert.Equal(before + 1, _ports.Writes);
        _time.Advance(TimeSpan.FromSeconds(14.9));
        await _leader.Report(Report(4, 6) with { Number = 1 });
        Assert.Equal((before + 1, 6L), (_ports.Writes, _leader.Session!.Step));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _leader.Tick();
        Assert.Equal(before + 2, _ports.Writes);
        _ports.WriteFails = false;
        _time.Advance(TimeSpan.FromSeconds(15));
        await _leader.Tick();
        Assert.Equal(RunState.Recovering, _leader.Run.State);
    }

    [Fact]
    public async Task DatabaseThatHangs_EnsureTheNextGenerationDoesNotRestForTheLastOnesSake()
    {
        await Begin();
        _ports.FlushFails = true;
        await _leader.Report(Report(0, 4) with { Checkpoints = [Checkpoint(4)] });
        Assert.Equal(RunState.Starting, _leader.Run!.State);
        _ports.FlushFails = false;
        await _leader.Report(Report(4, 5) with { Number = 1, Ready = Ready });
        Assert.Equal(RunState.Running, _leader.Run.State);
    }

    [Fact]
    public async Task DatabaseThatHangs_EnsureARunThatIsToPauseDoesNotAskWithoutRest()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        await _leader.Want(DesiredState.Pause);
        await ReportToAStoreThatHangs(3);
        var asked = _ports.Flushes;
        await _leader.Tick();
        await _leader.Tick();
        Assert.Equal(asked, _ports.Flushes);
        _time.Advance(TimeSpan.FromSeconds(9));
        await _leader.Tick();
        Assert.Equal(asked + 1, _ports.Flushes);
    }

    [Fact]
    public async Task StoreThatHangs_EnsureReportsAreHeardMeanwhileAndNothingOfThemIsLost()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        var heard = default(ReportAnswer);
        _ports.WhileStoring = () =>
        {
            _ports.WhileStoring = () => { };
            Assert.True(_leader.Hear(Report(8, 12) with { Number = 2, Checkpoints = [Checkpoint(12)] }, out heard));
            Assert.False(_leader.Hear(Report(8, 12) with { Number = 2, Checkpoints = [Checkpoint(12)] }, out _));
        };
        await _leader.Report(Report(4, 8) with { Number = 1, Checkpoints = [Checkpoint(4)] });
        Assert.True(heard!.GoesOn);
        Assert.Equal((12L, 8L), (_leader.Session!.Step, _ports.Durable));
        Assert.Equal([4L], _leader.Run!.Checkpoints.Select(checkpoint => checkpoint.Step));

        await _leader.Tick();
        Assert.Equal([4L, 12L], _leader.Run.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal(12, _ports.Durable);
        Assert.Equal(Enumerable.Range(0, 12).Select(step => (long)step), _ports.Ledger.Select(entry => entry.Step));
    }

    [Fact]
    public async Task Flush_EnsureACheckpointWaitsForWhatTheExperimentForgotBetween()
    {
        await Begin();
        _ports.Calls.Clear();
        _ports.WhileStoring = () =>
        {
            _ports.WhileStoring = () => { };
            _ports.Ledger.Clear();
        };
        await _leader.Report(Report(0, 4) with { Checkpoints = [Checkpoint(4)] });
        Assert.Equal(["tell 4 steps", "flush", "tell 4 steps", "flush", "write Starting with 1 checkpoints"], _ports.Calls.Take(5));
        Assert.Equal(4, _ports.Durable);
    }

    [Fact]
    public async Task Hear_EnsureWorkersOfAnotherGenerationDoNotGoOn()
    {
        await Begin();
        Assert.False(_leader.Hear(Report(0, 4) with { Generation = 0 }, out var answer));
        Assert.False(answer.GoesOn);
        Assert.Throws<InvalidOperationException>(() => _leader.Hear(Report(0, 4) with { Generation = 2 }, out _));
        Assert.Equal(0, _leader.Session!.Step);
    }

    [Fact]
    public async Task StoreThatHoldsUpATurn_EnsureNobodyCountsAsSilentForIt()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Ready = Ready });
        await ReportToAStoreThatHangs(30);
        await _leader.Tick();
        Assert.Equal(RunState.Running, _leader.Run!.State);
        Assert.True((await _leader.Report(Report(8, 10) with { Number = 2 })).GoesOn);
    }

    [Fact]
    public async Task Devices_EnsureTheRunsOwnAndNoneOnceItHasEnded()
    {
        Assert.Empty(_leader.Devices);
        await Begin();
        Assert.Equal(_ports.Devices, _leader.Devices);
        await _leader.Report(Report(0, 2) with
        {
            Faults = [new WorkerFault { Worker = 1,
            Failure = new() { Step = 2, Shard = 3, OfTheRun = true, Message = "the loss is NaN" } }]
        });
        Assert.True(_leader.Run!.IsTerminal);
        Assert.Empty(_leader.Devices);
    }

    [Fact]
    public async Task End_EnsureDevicesThatCouldNotBeReleasedAreReleasedLater()
    {
        await Begin();
        _ports.ReleaseFails = true;
        await _leader.Report(Report(0, 2) with
        {
            Faults = [new WorkerFault { Worker = 1,
            Failure = new() { Step = 2, Shard = 3, OfTheRun = true, Message = "the loss is NaN" } }]
        });
        Assert.Equal(RunState.Failed, _leader.Run!.State);
        Assert.True(_leader.IsDue);
        Assert.DoesNotContain("release", _ports.Calls);
        _ports.ReleaseFails = false;
        await _leader.Tick();
        Assert.Contains("release", _ports.Calls);
        Assert.False(_leader.IsDue);
    }

    [Fact]
    public async Task Write_EnsureAChangeThatIsNotStoredDidNotHappen()
    {
        await Begin();
        _ports.WriteFails = true;
        await Assert.ThrowsAsync<StateStoreException>(() => _leader.Want(DesiredState.Pause));
        Assert.Equal(DesiredState.Run, _leader.Run!.Desired);
    }

    [Fact]
    public async Task Failure_EnsureDevicesAreReleasedEvenIfNobodyCanBeTold()
    {
        await Begin();
        var fault = new WorkerFault { Worker = 1, Failure = new() { Step = 2, Shard = 3, OfTheRun = true, Message = "the loss is NaN" } };
        await _leader.Report(Report(0, 2));
        _ports.FlushFails = true;
        await _leader.Report(Report(2, 3) with { Number = 1, Faults = [fault] });
        Assert.Equal((RunState.Failed, "worker 1, step 2, shard 3: the loss is NaN"), (_leader.Run!.State, _leader.Run.Reason));
        Assert.Equal(
            ["stop 0", "stop 1", "release"], _ports.Calls.Where(call => call != "warn" && !call.StartsWith("tell", StringComparison.Ordinal)).TakeLast(3));
        Assert.Null(_leader.Session);
    }

    [Fact]
    public async Task Report_EnsureAnotherGenerationIsRefused()
    {
        await Begin();
        Assert.False((await _leader.Report(Report(0, 1) with { Generation = 0 })).GoesOn);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _leader.Report(Report(0, 1) with { Generation = 2 }));
        Assert.DoesNotContain("tell 1 steps", _ports.Calls);
    }

    [Fact]
    public async Task TwoCoordinators_EnsureOnlyTheOneThatWroteTheNextGenerationCommits()
    {
        await Begin();
        await _leader.Report(Report(0, 2) with { Ready = Ready });
        var (stored, version) = (_leader.Run!, 0);
        Action<RunRecord> Store()
        {
            // As an ETag does: who has not read the last version cannot write the next one.
            var known = version;
            return run => (stored, known) = known == version ? (run, ++version) : throw new StateStoreException("another activation has written");
        }

        _ports.Store = Store();
        var others = new FakePorts { Store = Store() };
        var next = new Coordinator(others.All, _time);
        next.Load(stored);
        await next.Touch();
        Assert.Equal((2L, 2), (stored.Generation, others.Started.Count));

        var (started, told) = (_ports.Started.Count, _ports.Calls.Count(call => call.StartsWith("hold", StringComparison.Ordinal)));
        await _leader.Report(Report(2, 4) with { Number = 1, Checkpoints = [Checkpoint(4)] });
        _ports.Dead.Add(_leader.Run!.Workers[1].SiloAddress);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Tick();
        await Assert.ThrowsAsync<StateStoreException>(() => _leader.Want(DesiredState.Cancel));
        Assert.Equal(1, _leader.Run.Generation);
        Assert.Empty(_leader.Run.Checkpoints);
        Assert.Equal((started, told), (_ports.Started.Count, _ports.Calls.Count(call => call.StartsWith("hold", StringComparison.Ordinal))));
        Assert.Same(next.Run, stored);
    }

    [Fact]
    public async Task Touch_EnsureANewActivationWritesTheNextGenerationBeforeItActs()
    {
        await Begin();
        var stored = _leader.Run!;
        _ports.Calls.Clear();
        var next = new Coordinator(_ports.All, TimeProvider.System);
        next.Load(stored);
        await next.Touch();
        Assert.Equal((RunState.Recovering, 2L), (next.Run!.State, next.Run.Generation));
        Assert.Equal("write Recovering with 0 checkpoints", _ports.Calls[0]);
        Assert.Equal(2, _ports.Started[^1].Generation);
        Assert.DoesNotContain(_ports.Started, assignment => assignment.Generation == 1 && _ports.Started.IndexOf(assignment) >= 2);
    }

    [Theory]
    [InlineData(DesiredState.Run, RunState.Recovering)]
    [InlineData(DesiredState.Pause, RunState.Recovering)]
    [InlineData(DesiredState.Cancel, RunState.Cancelled)]
    public async Task CommandThatWakesANewActivation_EnsureTheGenerationThatItReadIsNotActedIn(DesiredState desired, RunState state)
    {
        await Begin();
        var stored = _leader.Run!;
        var next = new Coordinator(_ports.All, _time);
        next.Load(stored);
        Assert.Null((await next.Want(desired)).Refusal);
        Assert.Equal((state, 2L, desired), (next.Run!.State, next.Run.Generation, next.Run.Desired));
        Assert.DoesNotContain(_ports.Started.Skip(2), assignment => assignment.Generation == 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FirstCallOfANewActivation_EnsureItNeverActsInTheGenerationThatItRead(bool leave)
    {
        await Begin();
        _ports.Calls.Clear();
        var next = new Coordinator(_ports.All, _time);
        next.Load(_leader.Run!);
        await (leave ? next.Leave("elsewhere") : next.DevicesFreed());
        Assert.Equal(2L, next.Run!.Generation);
        Assert.Equal("write Recovering with 0 checkpoints", _ports.Calls[0]);
    }

    [Fact]
    public async Task Report_EnsureItsAnswerSaysWhatComesNext()
    {
        await Begin();
        await _leader.Report(Report(0, 4, Slow) with { Ready = Ready });
        var (before, granted) = (_ports.Directed.Count, _leader.Session!.Until);
        var answer = await _leader.Report(Report(4, 8, Slow) with { Number = 1 });
        Assert.True(_leader.Session.Until > granted);
        Assert.Equal(_leader.Session.DirectivesOf(0), answer.Directives);
        Assert.Equal(before, _ports.Directed.Count);

        // An answer that was lost is given again.
        Assert.False(_leader.Hear(Report(4, 8, Slow) with { Number = 1 }, out var again));
        Assert.Equal(answer.Directives, again.Directives);
    }

    [Fact]
    public async Task Ready_EnsureAllAreToldThoughOneReportsBeforeTheyAre()
    {
        await Begin();
        _ports.WhileListing = () =>
        {
            _ports.WhileListing = () => { };
            var granted = _leader.Session!.Until;
            _leader.Hear(Report(4, 5, Slow) with { Number = 1 }, out _);
            Assert.True(_leader.Session.Until > granted);
            _ports.Directed.Clear();
        };
        await _leader.Report(Report(0, 4, Slow) with { Ready = Ready });
        Assert.Equal(RunState.Running, _leader.Run!.State);
        Assert.Equal([0, 1], _ports.Directed.Distinct());
    }

    [Fact]
    public async Task Tick_EnsureWorkersThatStandStillAreToldAgain()
    {
        await Begin();
        await _leader.Report(Report(0, 4, Slow) with { Ready = Ready });
        await _leader.Report(Report(4, 8, Slow) with { Number = 1 });
        _ports.Directed.Clear();
        _time.Advance(TimeSpan.FromSeconds(0.9));
        await _leader.Tick();
        Assert.Empty(_ports.Directed);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await _leader.Tick();
        Assert.Equal([0, 1], _ports.Directed);
    }

    [Fact]
    public async Task IsUrgent_EnsureStepsOfARunThatGoesOnAreNot()
    {
        await Begin();
        var steps = Report(4, 8, Slow) with { Number = 1 };
        Assert.True(_leader.IsUrgent(steps));
        await _leader.Report(Report(0, 4, Slow) with { Ready = Ready });
        Assert.False(_leader.IsUrgent(steps));
        Assert.False(_leader.IsUrgent(steps with { Reached = [new() { Worker = 0, Sequence = 0, Step = 4 }] }));
        SiloReport[] urgent =
        [
            steps with { Ready = Ready }, steps with { Notes = ["x"] }, steps with { Checkpoints = [Checkpoint(8)] },
            steps with { FinalValues = new Dictionary<string, double> { ["slope"] = 1 } },
            steps with { CheckpointFaults = [new() { Step = 8, Message = "x" }] }, steps with { Lost = [new() { SiloAddress = "b:1", Reason = "x" }] },
        ];
        Assert.All(urgent, report => Assert.True(_leader.IsUrgent(report)));

        // A checkpoint that waited for these steps counts now.
        await _leader.Report(Report(4, 6, Slow) with { Number = 1, Checkpoints = [Checkpoint(8)] });
        Assert.False(_leader.IsUrgent(steps with { Number = 2 }));
        _leader.Hear(Report(6, 8, Slow) with { Number = 2 }, out _);
        Assert.True(_leader.IsUrgent(steps with { Number = 2 }));
        await _leader.Tick();
        Assert.False(_leader.IsUrgent(steps with { Number = 2 }));

        _leader.Joiners!.Add([new() { Silo = "b", SiloAddress = "b:1", Device = "cpu:0" }]);
        Assert.True(_leader.IsUrgent(steps with { Number = 2 }));
        _leader.Joiners!.Clear();
        Assert.False(_leader.IsUrgent(steps with { Number = 2 }));

        await _leader.Want(DesiredState.Pause);
        Assert.True(_leader.IsUrgent(steps with { Number = 3 }));
    }

    /// <summary>Microseconds a step, of which the plan has more than are granted at once.</summary>
    private const long Slow = 200_000;

    private static WorkerReady[] Ready => [new() { Worker = 0, Step = 0, StateHash = 1 }, new() { Worker = 1, Step = 0, StateHash = 1 }];

    private static CheckpointRecord Checkpoint(long step) => new() { Step = step, Generation = 1, Path = $"/c/{step}", Bytes = 1, WeightsSha256 = "" };

    private static SiloReport Report(long from, long until, long microseconds = 1000) => new()
    {
        Silo = "a",
        Generation = 1,
        Steps = Enumerable.Range((int)from, (int)(until - from)).SelectMany(
            step => new[] { Runs.Step(step, 0, new(0, 2), microseconds: microseconds), Runs.Step(step, 1, new(2, 2), microseconds: microseconds) }).ToArray(),
    };

    /// <summary>Steps and a checkpoint are told; the store takes so many seconds to fail, now and from here on.</summary>
    private Task ReportToAStoreThatHangs(double seconds)
    {
        (_ports.FlushFails, _ports.WhileStoring) = (true, () => _time.Advance(TimeSpan.FromSeconds(seconds)));
        return _leader.Report(Report(4, 8) with { Number = 1, Checkpoints = [Checkpoint(4)] });
    }

    private async Task Begin()
    {
        await _leader.Submit(new() { ExperimentId = "run-1", SpecYaml = FakePorts.Spec, BasePath = "/" });
        Assert.Equal((RunState.Starting, 1L), (_leader.Run!.State, _leader.Run.Generation));
    }
}
