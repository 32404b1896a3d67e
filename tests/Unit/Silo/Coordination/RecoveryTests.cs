using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>What a coordinator does when something breaks, rule by rule: two silos, a worker on each, four shards.</summary>
public class RecoveryTests
{
    private static readonly FailureOptions Limits = new();

    private static readonly DeviceGrant A = new() { Silo = "a", SiloAddress = "a:1", Device = "cpu:0" };
    private static readonly DeviceGrant B = new() { Silo = "b", SiloAddress = "b:1", Device = "cpu:0" };
    private static readonly DeviceGrant C = new() { Silo = "c", SiloAddress = "c:1", Device = "cpu:0" };

    private readonly FakePorts _ports = new() { Devices = [A, B] };
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly Coordinator _leader;
    private long _number;

    public RecoveryTests() => _leader = new(_ports.All, _time);

    [Fact]
    public async Task LostPeer_EnsureTheSurvivorsGoOnFromTheStateThatIsAhead()
    {
        await Run(steps: 6);
        _ports.Dead.Add("b:1");
        Keep("a:1", 6);
        await _leader.Tick();
        Assert.Equal((RunState.Recovering, 2L), (_leader.Run!.State, _leader.Run.Generation));
        var start = _ports.Started[^1];
        Assert.Equal((2L, 6L, "a:1"), (start.Generation, start.From.Step, Assert.Single(start.From.Donors).SiloAddress));
        Assert.Equal(new(0, 4), Assert.Single(start.Workers).Shards);
        Assert.Equal("memory of a", _ports.Generations[^1].Origin);
    }

    [Fact]
    public async Task LostPeer_EnsureWhoIsOneStepBehindCopiesFromWhoIsAhead()
    {
        await Run(steps: 6);
        Keep("a:1", 6, linked: true);
        Keep("b:1", 7, linked: true);
        await _leader.Report(Report("a") with { Lost = [new() { SiloAddress = "b:1", Reason = "connection closed" }] });
        Assert.All(_ports.Started.Skip(2), start => Assert.Equal((7L, "b:1"), (start.From.Step, Assert.Single(start.From.Donors).SiloAddress)));
        Assert.Equal(2, _leader.Run!.Workers.Count);
    }

    [Fact]
    public async Task LostPeer_EnsureTheLedgerIsCompletedWithWhatTheSurvivorsKnow()
    {
        await Run(steps: 6);
        _ports.Dead.Add("b:1");
        Keep("a:1", 9);
        await _leader.Tick();
        Assert.Equal(Enumerable.Range(0, 9).Select(step => (long)step), _ports.Ledger.Select(entry => entry.Step).Distinct().Order());
        Assert.Equal(9, _leader.Session!.StartStep);
    }

    [Fact]
    public async Task LostPeer_EnsureTheLedgerIsBeingLoadedBeforeAnythingIsWritten()
    {
        await Run(steps: 6);
        var awakened = new List<int>();
        _ports.WhileStoring = () => awakened.Add(_ports.Awakened);
        _ports.Dead.Add("b:1");
        Keep("a:1", 6);
        await _leader.Tick();
        Assert.Equal(1, awakened[0]);

        var next = new Coordinator(_ports.All, _time);
        next.Load(_leader.Run!);
        Assert.Equal(2, _ports.Awakened);
    }

    [Fact]
    public async Task LostPeer_EnsureWorkersBeginWhileNobodyCanBeToldOfIt_AndTheLedgerIsCompletedLater()
    {
        await Run(steps: 6);
        _ports.Dead.Add("b:1");
        Keep("a:1", 9);
        _ports.ListFails = _ports.TellFails = true;
        await _leader.Tick();
        Assert.Equal((2L, 9L), (_ports.Started[^1].Generation, _leader.Session!.StartStep));
        Assert.Equal(6, _ports.Ledger.Count);
        _ports.ListFails = _ports.TellFails = false;
        _time.Advance(new StoreOptions().ShortestRest);
        await _leader.Tick();
        Assert.Equal(Enumerable.Range(0, 9).Select(step => (long)step), _ports.Ledger.Select(entry => entry.Step));
    }

    [Fact]
    public async Task LostPeer_EnsureWorkersBeginWhileThePoolDoesNotAnswer_AndItIsToldAgain()
    {
        await Run(steps: 6);
        _ports.Dead.Add("b:1");
        Keep("a:1", 6);
        _ports.HoldFails = true;
        await _leader.Tick();
        Assert.Equal(6, _leader.Session!.StartStep);
        Assert.DoesNotContain("hold 1", _ports.Calls);
        _ports.HoldFails = false;
        await _leader.Tick();
        Assert.Contains("hold 1", _ports.Calls);
    }

    [Fact]
    public async Task FirstStepOfAGeneration_EnsureItIsToldWithoutWaitingForTheNextTick()
    {
        await Run(steps: 6);
        var later = Steps("a", 6, 7, 2);
        _leader.Hear(later, out _);
        Assert.False(_leader.IsUrgent(later));
        _ports.Dead.Add("b:1");
        Keep("a:1", 7);
        await _leader.Tick();
        await Ready(7);
        var first = Steps("a", 7, 8, 1) with { Generation = 2 };
        _leader.Hear(first, out _);
        Assert.True(_leader.IsUrgent(first));
        await _leader.Tick();
        Assert.False(_leader.IsUrgent(first));
    }

    [Fact]
    public async Task Shard_EnsureItFollowsFromTheRecordAndTheSession()
    {
        await Run(steps: 6);
        var shard = _leader.Shard(3)!;
        Assert.Equal((3, 4, 1L, 1, 0L, 6L), (shard.Shard, shard.Plan.Shards, shard.Lease!.Generation, shard.Lease.Worker, shard.Lease.FromStep, shard.Cursor));
        Assert.Null(_leader.Shard(4));
    }

    [Fact]
    public async Task NobodyKeptTheState_EnsureTheLastCheckpointIsUsed()
    {
        await Run(steps: 6);
        await _leader.Report(Report("a") with { Checkpoints = [new() { Step = 4, Generation = 1, Path = "/c/4", Bytes = 1, WeightsSha256 = "" }] });
        _ports.Dead.UnionWith(["a:1", "b:1"]);
        await _leader.Tick();
        Assert.Equal((RunState.Recovering, 0), (_leader.Run!.State, _leader.Run.Workers.Count));
        _ports.Devices = [C];
        _time.Advance(TimeSpan.FromSeconds(3));
        await _leader.Tick();
        Assert.Equal((4L, "/c/4"), (_ports.Started[^1].From.Step, _ports.Started[^1].From.Checkpoint!.Path));
        Assert.Equal("checkpoint of step 4", _ports.Generations[^1].Origin);
    }

    [Fact]
    public async Task SiloThatMayHaveTheState_EnsureItIsWaitedForUntilItAnswersOrIsDead()
    {
        await Run(steps: 6);
        _ports.Dead.Add("a:1");
        _ports.Kept["b:1"] = null;
        await _leader.Tick();
        Assert.Null(_leader.Session);
        Assert.Contains("b:1 may have the state", _leader.Trouble, StringComparison.Ordinal);
        Keep("b:1", 6);
        await _leader.Tick();
        Assert.Equal((6L, "b:1"), (_ports.Started[^1].From.Step, _ports.Started[^1].Workers[0].SiloAddress));
    }

    [Fact]
    public async Task Cut_EnsureTheOneWithTheLowestWorkerGoesOnAndTheOtherIsLeftAloneForAWhile()
    {
        await Run(steps: 6);
        Keep("a:1", 6);
        Keep("b:1", 6);
        await _leader.Report(Report("b") with { Lost = [new() { SiloAddress = "a:1", Reason = "connection timed out" }] });
        Assert.Equal("a:1", Assert.Single(_leader.Run!.Workers).SiloAddress);
        await Ready(6);
        _ports.Kept.Clear();
        await _leader.Tick();
        Assert.DoesNotContain("prepare b", _ports.Calls);
        _time.Advance(TimeSpan.FromSeconds(5));
        await _leader.Tick();
        Assert.Contains("prepare b", _ports.Calls);
    }

    [Fact]
    public async Task HigherGeneration_EnsureALateCoordinatorStopsAndAsks()
    {
        await Run(steps: 2);
        _ports.Dead.Add("b:1");
        _ports.Kept["a:1"] = new() { Silo = "a", SiloAddress = "a:1", Generation = 7 };
        await _leader.Tick();
        Assert.True(_leader.Run!.Generation > 7);
        Assert.DoesNotContain(_ports.Started, start => start.Generation is > 1 and <= 7);
    }

    [Fact]
    public async Task DatabaseGone_EnsureALossIsWrittenBeforeAnybodyIsToldOfIt()
    {
        await Run(steps: 6);
        _ports.Dead.Add("b:1");
        Keep("a:1", 6);
        _ports.WriteFails = true;
        await _leader.Tick();
        Assert.Equal(1, _leader.Run!.Generation);
        Assert.Equal(2, _ports.Started.Count);
        _ports.WriteFails = false;
        _time.Advance(new StoreOptions().ShortestRest);
        await _leader.Tick();
        Assert.Equal((2L, 3), (_leader.Run.Generation, _ports.Started.Count));
    }

    [Fact]
    public async Task DatabaseGone_EnsureWhoHasDoneAllIsNotLostBecauseItReportsNoMore()
    {
        await Run(steps: 6);
        var (done, finish) = await RunOnUntilTheEndIsGranted(6);
        _ports.FlushFails = true;
        await _leader.Report(Steps("a", done, finish.Step, 2) with
        {
            Reached = Reached(finish, 2),
            Checkpoints = [new() { Step = finish.Step, Generation = 1, Path = "/c/last", Bytes = 1, WeightsSha256 = "" }],
        });
        await Pass(Limits.Silence.TotalSeconds + 1);
        _ports.FlushFails = false;
        await Pass(1);
        Assert.Equal((RunState.Completed, 1L), (_leader.Run!.State, _leader.Run.Generation));
    }

    [Fact]
    public async Task Hear_EnsureMoreStepsAreGrantedWithoutATurn()
    {
        await Run(steps: 6);
        var until = _leader.Session!.Until;
        Assert.True(_leader.Hear(Steps("a", 6, until, 2), out var answer));
        Assert.True(answer.GoesOn);
        Assert.True(_leader.Session.Until > until);

        // Nor is more granted to workers of whom one is lost.
        until = _leader.Session.Until;
        _ports.Dead.Add("b:1");
        Assert.True(_leader.Hear(Steps("a", _leader.Session.Step, until, 2) with { Number = 50 }, out _));
        Assert.Equal(until, _leader.Session.Until);
    }

    [Fact]
    public async Task Disagreement_EnsureNoMoreStepsAreGranted()
    {
        await Run(steps: 6);
        var until = _leader.Session!.Until;
        var report = Steps("a", 6, until, 2);
        Assert.True(_leader.Hear(report with { Steps = [.. report.Steps.SkipLast(1), report.Steps[^1] with { GradientHash = 77 }] }, out _));
        Assert.NotNull(_leader.Session.Disagreement);
        Assert.Equal(until, _leader.Session.Until);
    }

    [Fact]
    public async Task StoreThatIsSlow_EnsureAnEndThatIsHeardMeanwhileWaitsUntilTheLedgerHasIt()
    {
        await Run(steps: 6);
        var (done, finish) = await RunOnUntilTheEndIsGranted(6);
        var last = Steps("a", done, finish.Step, 2) with
        {
            Number = 100,
            Reached = Reached(finish, 2),
            Checkpoints = [new() { Step = finish.Step, Generation = 1, Path = "/c/last", Bytes = 1, WeightsSha256 = "" }],
        };
        _ports.WhileStoring = () => _leader.Hear(last, out _);
        await _leader.Report(
            Report("b") with { Number = 100, Checkpoints = [new() { Step = done, Generation = 1, Path = "/c/early", Bytes = 1, WeightsSha256 = "" }] });
        Assert.True(_leader.Session is { IsComplete: true });
        Assert.Equal(["/c/early"], _leader.Run!.Checkpoints.Select(checkpoint => checkpoint.Path));
        Assert.True(_ports.Durable < finish.Step);

        await _leader.Tick();
        Assert.Equal((RunState.Completed, finish.Step), (_leader.Run!.State, _ports.Durable));
        Assert.Equal(Enumerable.Range(0, (int)finish.Step).Select(step => (long)step), _ports.Ledger.Select(entry => entry.Step).Distinct());
    }

    [Fact]
    public async Task NoProgress_EnsureAWorkerThatHangsWhileOthersWaitIsLost()
    {
        await Run(steps: 6);
        Keep("a:1", 6);
        Keep("b:1", 6);
        await _leader.Report(Report("a") with { Activities = [new() { Worker = 0, Phase = WorkerPhase.Reducing, Step = 6, Seconds = 31 }] });
        Assert.Equal(1, _leader.Run!.Generation);
        await _leader.Report(Report("b") with { Activities = [new() { Worker = 1, Phase = WorkerPhase.Computing, Step = 6, Seconds = 31 }] });
        Assert.Equal((2L, "a:1"), (_leader.Run.Generation, Assert.Single(_leader.Run.Workers).SiloAddress));
        Assert.Contains("made no progress", _leader.Run.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_EnsureASiloThatReportsNothingIsLost()
    {
        await Run(steps: 6);
        Keep("a:1", 6);
        for (var second = 0; second < Limits.Silence.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _leader.Report(Report("a"));
        }

        Assert.Equal(1, _leader.Run!.Generation);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _leader.Tick();
        Assert.Equal((2L, "a:1"), (_leader.Run.Generation, Assert.Single(_leader.Run.Workers).SiloAddress));
    }

    [Fact]
    public async Task Joiner_EnsureItIsPreparedFirstAndTakesStateFromADonorAtAnUntil()
    {
        _ports.Devices = [A];
        await Run(steps: 6, workers: 1);
        _ports.Devices = [A, B];
        _time.Advance(TimeSpan.FromSeconds(3));
        await _leader.Tick();
        Assert.Contains("prepare b", _ports.Calls);
        Assert.Equal(1, _leader.Run!.Generation);
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Assert.Equal(DirectiveKind.Finish, finish.Kind);
        Keep("a:1", finish.Step);
        await _leader.Report(Steps("a", 6, finish.Step, 1) with { Reached = Reached(finish, 1) });
        Assert.Equal((2L, RunState.Starting), (_leader.Run.Generation, _leader.Run.State));
        Assert.Equal(["a:1", "b:1"], _leader.Run.Workers.Select(worker => worker.SiloAddress));
        Assert.All(_ports.Started.Skip(1), start => Assert.Equal((finish.Step, "a:1"), (start.From.Step, Assert.Single(start.From.Donors).SiloAddress)));
    }

    [Fact]
    public async Task Joiner_EnsureTheOthersGoOnWithoutOneThatDoesNotGetReady()
    {
        await Begin(2);
        await _leader.Report(Report("a") with { Ready = [new() { Worker = 0, Step = 0, StateHash = 1 }] });
        await Pass(Limits.Loading.TotalSeconds - 1);
        Assert.Equal(1, _leader.Run!.Generation);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Report(Report("a"));
        Assert.Equal((2L, "a:1"), (_leader.Run.Generation, Assert.Single(_leader.Run.Workers).SiloAddress));
    }

    [Fact]
    public async Task Loading_EnsureALeaderThatStoodStillHoldsNobodyForLate()
    {
        await Begin(2);
        _time.Advance(TimeSpan.FromSeconds(Limits.Loading.TotalSeconds + 1));
        await _leader.Tick();
        Assert.Equal(1, _leader.Run!.Generation);
    }

    [Fact]
    public async Task Begin_EnsureWorkersThatDoNotHaveTheSameBitsBeginAgainFromTheCheckpoint()
    {
        await Run(steps: 6);
        await _leader.Report(Report("a") with { Checkpoints = [new() { Step = 4, Generation = 1, Path = "/c/4", Bytes = 1, WeightsSha256 = "" }] });
        Keep("a:1", 6);
        Keep("b:1", 6);
        await _leader.Report(Report("a") with { Faults = [new() { Worker = 0, Failure = new() { Step = 6, OfTheRun = false, Message = "out of memory" } }] });
        await _leader.Report(Report("a") with { Ready = [new() { Worker = 0, Step = 6, StateHash = 1 }] });
        await _leader.Report(Report("b") with { Ready = [new() { Worker = 1, Step = 6, StateHash = 2 }] });

        Assert.Equal((4L, "/c/4"), (_ports.Started[^1].From.Step, _ports.Started[^1].From.Checkpoint?.Path));
    }

    [Fact]
    public async Task Begin_EnsureASiloThatDiesWhileTheBitsAreDistrustedDoesNotHoldUpTheOthers()
    {
        await Run(steps: 6);
        Keep("a:1", 6);
        Keep("b:1", 6);
        await _leader.Report(Report("a") with { Faults = [new() { Worker = 0, Failure = new() { Step = 6, OfTheRun = false, Message = "out of memory" } }] });
        _ports.StartFails.Add("b:1");
        await _leader.Report(Report("a") with { Ready = [new() { Worker = 0, Step = 6, StateHash = 1 }] });
        await _leader.Report(Report("b") with { Ready = [new() { Worker = 1, Step = 6, StateHash = 2 }] });
        Assert.Null(_leader.Session);
        _ports.Dead.Add("b:1");
        await _leader.Tick();
        Assert.Equal(("a:1", 0L), (Assert.Single(_leader.Run!.Workers).SiloAddress, _leader.Session!.StartStep));
    }

    [Fact]
    public async Task Drain_EnsureTheStateIsNotLetGoWhereWhoeverShouldTakeOverDied()
    {
        var finish = await DrainFromAToB();
        _ports.Dead.Add("b:1");
        await _leader.Report(Steps("a", 6, finish.Step, 1) with { Reached = Reached(finish, 1) });
        Assert.Equal((finish.Step, "a:1"), (_ports.Started[^1].From.Step, Assert.Single(_leader.Run!.Workers).SiloAddress));
        Assert.DoesNotContain("stop 0", _ports.Calls);
    }

    [Fact]
    public async Task Drain_EnsureWhoStillHasTheStateGoesOnWhereWhoeverTakesOverDiesAsItLoads()
    {
        var finish = await DrainFromAToB();
        await _leader.Report(Steps("a", 6, finish.Step, 1) with { Reached = Reached(finish, 1) });
        Assert.Equal("b:1", Assert.Single(_leader.Run!.Workers).SiloAddress);
        _ports.Dead.Add("b:1");
        await _leader.Tick();
        Assert.Equal((finish.Step, "a:1"), (_ports.Started[^1].From.Step, Assert.Single(_leader.Run!.Workers).SiloAddress));
        Assert.DoesNotContain("stop 0", _ports.Calls);
    }

    [Fact]
    public async Task LostPeer_EnsureARunThatLostItsOnlyWorkerDoesNotTakeBackADeviceThatItHasLeft()
    {
        var finish = await DrainFromAToB();
        await _leader.Report(Steps("a", 6, finish.Step, 1) with { Reached = Reached(finish, 1) });
        await _leader.Report(Report("b") with { Ready = [new() { Worker = 0, Step = finish.Step, StateHash = 1 }] });
        Assert.Equal(RunState.Running, _leader.Run!.State);
        _ports.Devices = [];
        _ports.Dead.Add("b:1");
        await _leader.Tick();
        Assert.Equal(RunState.Recovering, _leader.Run.State);
        Assert.Empty(_leader.Run.Workers);
    }

    [Fact]
    public async Task Scale_EnsureFewerWorkersGoOnAndTheDeviceIsGivenBack()
    {
        await Run(steps: 6);
        Assert.Null((await _leader.Scale(1)).Refusal);
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Keep("a:1", finish.Step);
        Keep("b:1", finish.Step);
        await _leader.Report(Steps("a", 6, finish.Step, 2) with { Reached = [new() { Worker = 0, Sequence = finish.Sequence, Step = finish.Step }] });
        await _leader.Report(Report("b") with { Reached = [new() { Worker = 1, Sequence = finish.Sequence, Step = finish.Step }] });
        Assert.Equal("a:1", Assert.Single(_leader.Run!.Workers).SiloAddress);
        Assert.Equal("scaled to 1", _leader.Run.Cause);
        Assert.Contains("hold 1", _ports.Calls);
        Assert.NotNull((await _leader.Scale(5)).Refusal);
    }

    [Fact]
    public async Task HandOver_EnsureTheGenerationEndsAtItsUntilAndTheNextLeaderBeginsAnotherWithoutARecovery()
    {
        await Run(steps: 6);
        Assert.True(_leader.Needs("a:1"));
        Assert.False(await _leader.HandOver("its coordinator leaves silo 'x'"));
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Assert.Equal(DirectiveKind.Finish, finish.Kind);
        Keep("a:1", finish.Step);
        Keep("b:1", finish.Step);
        await _leader.Report(Steps("a", 6, finish.Step, 2) with { Reached = Reached(finish, 2) });
        var started = _ports.Started.Count;

        Assert.True(await _leader.HandOver("its coordinator leaves silo 'x'"));
        Assert.Equal((RunState.Starting, 2L, true), (_leader.Run!.State, _leader.Run.Generation, _leader.Run.HandedOver));
        await _leader.Tick();
        Assert.Equal(started, _ports.Started.Count);

        var next = new Coordinator(_ports.All, _time);
        next.Load(_leader.Run);
        await next.Tick();
        Assert.Equal((RunState.Starting, 3L, false), (next.Run!.State, next.Run.Generation, next.Run.HandedOver));
        Assert.Equal((finish.Step, "its coordinator leaves silo 'x'"), (_ports.Started[^1].From.Step, next.Run.Cause));
        Assert.Equal(2, next.Run.Workers.Count);
    }

    [Fact]
    public async Task HandOver_EnsureItGoesOnHereWhereNoOtherSiloIsLeftToLeadIt()
    {
        await Run(steps: 6);
        Assert.False(await _leader.HandOver("its coordinator leaves silo 'x'"));
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Keep("a:1", finish.Step);
        Keep("b:1", finish.Step);
        await _leader.Report(Steps("a", 6, finish.Step, 2) with { Reached = Reached(finish, 2) });
        await _leader.Tick();
        Assert.Null(_leader.Session);

        // The silos that could have led it are asked to end as well: nobody says it any more.
        await Pass(4);
        Assert.NotNull(_leader.Session);
        Assert.Equal((RunState.Starting, 2L), (_leader.Run!.State, _leader.Run.Generation));
    }

    [Fact]
    public async Task HandOver_EnsureARunThatRestsIsLeftAtOnceAndNoDeviceIsAskedForHere()
    {
        await Run(steps: 6);
        _ports.Devices = [];
        _ports.Dead.UnionWith(["a:1", "b:1"]);
        await _leader.Tick();
        var started = _ports.Started.Count;
        Assert.True(await _leader.HandOver("x"));
        _ports.Devices = [C];
        await Pass(10);
        Assert.Equal((RunState.Recovering, started), (_leader.Run!.State, _ports.Started.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scale_EnsureAStoreThatFailsOrAPauseThatComesMeanwhileCostsNoStep(bool pause)
    {
        await Run(steps: 6);
        await _leader.Scale(1);
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Keep("a:1", finish.Step);
        Keep("b:1", finish.Step);
        if (pause)
        {
            await _leader.Want(DesiredState.Pause);
        }

        _ports.Calls.Clear();
        _ports.WriteFails = true;
        await _leader.Report(Steps("a", 6, finish.Step, 2) with { Reached = Reached(finish, 2) });
        Assert.True(_leader.Session.IsFinished);
        await Pass(new StoreOptions().ShortestRest.TotalSeconds + 1);
        Assert.Equal(1, _leader.Run!.Generation);
        _ports.WriteFails = false;
        await Pass(new StoreOptions().ShortestRest.TotalSeconds + 1);
        Assert.Equal((2L, "a:1"), (_leader.Run.Generation, Assert.Single(_leader.Run.Workers).SiloAddress));
        Assert.Equal(finish.Step, _ports.Started[^1].From.Step);
        Assert.DoesNotContain(_ports.Calls, call => call.StartsWith("stop", StringComparison.Ordinal) || call == "release");

        // A pause comes to its end there, with a checkpoint.
        Assert.Equal(pause, _leader.Session!.IsClosed);
    }

    [Fact]
    public async Task Drain_EnsureTheSiloThatIsLeftGivesItsStateToTheOthers()
    {
        await Run(steps: 6);
        await _leader.Leave("a:1");
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Keep("a:1", finish.Step);
        Keep("b:1", finish.Step);
        await _leader.Report(Steps("a", 6, finish.Step, 2) with { Reached = [new() { Worker = 0, Sequence = finish.Sequence, Step = finish.Step }] });
        await _leader.Report(Report("b") with { Reached = [new() { Worker = 1, Sequence = finish.Sequence, Step = finish.Step }] });
        Assert.Equal("b:1", Assert.Single(_leader.Run!.Workers).SiloAddress);
        Assert.Equal("silo 'a' is drained", _leader.Run.Cause);
    }

    [Fact]
    public async Task ThreeLosses_EnsureTheRunFailsAndTheClusterIsSpared()
    {
        await Run(steps: 6);
        for (var loss = 0; loss < 3; loss++)
        {
            Keep("a:1", 6);
            Keep("b:1", 6);
            await _leader.Report(
                Report("a") with { Faults = [new() { Worker = 0, Failure = new() { Step = 6, OfTheRun = false, Message = "out of memory" } }] });
            if (loss < 2)
            {
                await Ready(6);
            }
        }

        Assert.Equal(RunState.Failed, _leader.Run!.State);
        Assert.Contains("3 times in a row", _leader.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_EnsureItIsCarriedOutInTheMiddleOfARecovery()
    {
        await Run(steps: 6);
        _ports.Dead.Add("a:1");
        _ports.Kept["b:1"] = null;
        await _leader.Tick();
        Assert.Equal(RunState.Recovering, _leader.Run!.State);
        await _leader.Want(DesiredState.Cancel);
        Assert.Equal(RunState.Cancelled, _leader.Run.State);
    }

    [Fact]
    public async Task Pause_EnsureTheStateOfARecoveryIsCheckpointedFirst()
    {
        await Run(steps: 6);
        _ports.Dead.Add("a:1");
        _ports.Kept["b:1"] = null;
        await _leader.Tick();
        await _leader.Want(DesiredState.Pause);
        Keep("b:1", 6);
        await _leader.Tick();
        Assert.Equal([DirectiveKind.Checkpoint, DirectiveKind.Finish], _leader.Session!.DirectivesOf(0).Select(directive => directive.Kind));
    }

    [Fact]
    public async Task Health_EnsureItSaysWhatTheRunWouldSurvive()
    {
        await Run(steps: 6);
        Assert.True(_leader.Health()!.SurvivesAnySilo);
        _ports.Dead.Add("b:1");
        Keep("a:1", 6);
        await _leader.Tick();
        await Ready(6);
        var health = _leader.Health()!;
        Assert.False(health.SurvivesAnySilo);
        Assert.Contains("Only silo 'a' has the state", health.Survivability, StringComparison.Ordinal);
        Assert.Equal("active", health.Workers[0].SiloStatus);
    }

    /// <summary>Reports all that is granted until nothing more will be: the steps that were done, and the directive that ends the generation.</summary>
    private async Task<(long Done, Directive Finish)> RunOnUntilTheEndIsGranted(long done)
    {
        for (; !_leader.Session!.IsClosed; _time.Advance(TimeSpan.FromSeconds(0.1)))
        {
            var until = _leader.Session.Until;
            await _leader.Report(Steps("a", done, until, 2));
            done = until;
        }

        return (done, _leader.Session.DirectivesOf(0)[^1]);
    }

    private SiloReport Steps(string silo, long from, long until, int workers) => new()
    {
        Silo = silo,
        Generation = 1,
        Number = _number++,
        Steps = Enumerable.Range((int)from, (int)(until - from)).SelectMany(
            step => Enumerable.Range(0, workers).Select(worker => Runs.Step(step, worker, new(worker * 2, 2), microseconds: 200_000))).ToArray(),
    };

    /// <summary>A run of one worker on a, which is told to leave for b; gives the end of its generation.</summary>
    private async Task<Directive> DrainFromAToB()
    {
        _ports.Devices = [A];
        await Run(steps: 6, workers: 1);
        _ports.Devices = [A, B];
        _time.Advance(TimeSpan.FromSeconds(3));
        await _leader.Leave("a:1");
        var finish = _leader.Session!.DirectivesOf(0)[^1];
        Keep("a:1", finish.Step);
        return finish;
    }

    private static WorkerReached[] Reached(Directive finish, int workers) =>
        [.. Enumerable.Range(0, workers).Select(worker => new WorkerReached { Worker = worker, Sequence = finish.Sequence, Step = finish.Step })];

    private SiloReport Report(string silo) => new() { Silo = silo, Generation = _leader.Run!.Generation, Number = _number++ };

    /// <summary>The silo kept the state before the step, and the records of all steps before it.</summary>
    private void Keep(string address, long step, bool linked = false) => _ports.Kept[address] = new()
    {
        Silo = address[..1],
        SiloAddress = address,
        Generation = _leader.Run!.Generation,
        Step = step,
        Reachable = linked ? ["a:1", "b:1"] : [],
        Records = Enumerable.Range(0, (int)step).Select(number => Runs.Step(number, 0, new(0, 2))).ToArray(),
    };

    /// <summary>Time passes, and the leader's ticks with it.</summary>
    private async Task Pass(double seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _leader.Tick();
        }
    }

    private async Task Begin(int workers)
    {
        await _leader.Submit(new()
        {
            ExperimentId = "run-1", SpecYaml = FakePorts.Spec.Replace("workers: 2",
            "workers: { min: 1, max: 2 }\ncheckpoints: { every: 3 epochs }", StringComparison.Ordinal), BasePath = "/"
        });
        Assert.Equal((RunState.Starting, workers), (_leader.Run!.State, _leader.Run.Workers.Count));
    }

    private async Task Run(int steps, int workers = 2)
    {
        await Begin(workers);
        await Ready(0);
        await _leader.Report(Steps("a", 0, steps, workers));
        Assert.Equal((long)steps, _leader.Session!.Step);
    }

    private async Task Ready(long step)
    {
        foreach (var worker in _leader.Run!.Workers)
        {
            await _leader.Report(Report(worker.Silo) with { Ready = [new() { Worker = worker.Number, Step = step, StateHash = 1 }] });
        }

        Assert.Equal(RunState.Running, _leader.Run.State);
    }
}
