using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>Disks, data and checkpoints that are full, away or back again: the leader waits, says so, and lets no state go.</summary>
public class ResourceTests
{
    private static readonly FailureOptions Limits = new();

    private const string Validated = """
        name: test
        data: { train: { format: csv, path: /x.csv, features: [x], target: y }, validation: { fraction: 0.2 } }
        model: { layers: [ { linear: 1 } ] }
        loss: mean_squared_error
        optimizer: { sgd: { learning_rate: 0.1 } }
        batch_size: 10
        epochs: 3
        shards: 4
        workers: 1
        checkpoints: { keep: { latest: 9, best: 1, by: validation_loss } }
        """;

    private readonly FakePorts _ports = new() { Devices = Runs.Grants(1) };
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private Coordinator _leader;
    private long _number;

    public ResourceTests() => _leader = new(_ports.All, _time);

    [Fact]
    public async Task ScoreOfACheckpoint_IsThatOfItsOwnStepOrNone()
    {
        await Begin(Validated);
        await Report(Steps(0, 10) with
        {
            Ready = [Ready(0)],
            Evaluations = [Evaluation(6, 0.1), Evaluation(8, 0.9)],
            Checkpoints = [Checkpoint(4), Checkpoint(6), Checkpoint(8) with { Score = 0.5 }],
        });
        Assert.Equal([(4L, (double?)null), (6L, null), (8L, 0.5)], _leader.Run!.Checkpoints.Select(each => (each.Step, each.Score)));
        await Report(Steps(10, 12) with { Evaluations = [Evaluation(12, 0.3)], Checkpoints = [Checkpoint(12)] });
        Assert.Equal(0.3, _leader.Run.Checkpoints[^1].Score);
    }

    [Fact]
    public async Task LastCheckpointThatCannotBeWritten_KeepsTheRunWaitingAndSaysSo()
    {
        await RunToTheEnd(fault: true);
        Assert.Equal(RunState.Running, _leader.Run!.State);
        Assert.Contains(
            _leader.Troubles,
            trouble => trouble.Contains(
                "the checkpoint of step 30 could not be written", StringComparison.Ordinal) && trouble.Contains("no space left", StringComparison.Ordinal));
        Assert.DoesNotContain(_ports.Events, text => text.Contains("the run goes on", StringComparison.Ordinal));
        Assert.DoesNotContain("release", _ports.Calls);
        await Pass(TimeSpan.FromMinutes(30), heard: true);
        Assert.Equal(RunState.Running, _leader.Run.State);
        await Report(new() { Silo = "a", Generation = 1, Checkpoints = [Checkpoint(30)] });
        Assert.Equal(RunState.Completed, _leader.Run.State);
        Assert.Empty(_leader.Troubles);
    }

    [Fact]
    public async Task PauseOnAFullDisk_IsTakenBackWithTheStateInMemory()
    {
        await Begin();
        await Report(Steps(0, 8, microseconds: 200_000) with { Ready = [Ready(0)] });
        await _leader.Want(DesiredState.Pause);
        var until = _leader.Session!.Until;
        await Report(Steps(8, until) with { Reached = [Finished(until)], CheckpointFaults = [new() { Step = until, Message = "no space left" }] });
        Assert.Equal(RunState.Running, _leader.Run!.State);
        Assert.NotEmpty(_leader.Troubles);
        _ports.Kept["a:1"] = new() { Silo = "a", SiloAddress = "a:1", Generation = 2, Step = until };
        await _leader.Want(DesiredState.Run);
        await _leader.Tick();
        Assert.Equal((2L, until), (_leader.Run.Generation, _ports.Started[^1].From.Step));
        Assert.Single(_ports.Started[^1].From.Donors);
        Assert.DoesNotContain("release", _ports.Calls);
    }

    [Fact]
    public async Task CancelDuringTheLastEvaluation_IsCancelledNotCompleted()
    {
        await Begin(Validated);
        await Report(Steps(0, 24) with { Ready = [Ready(0)] });
        Assert.True(_leader.Session!.EndsPlan);
        await _leader.Want(DesiredState.Cancel);
        Assert.Equal(RunState.Cancelled, _leader.Run!.State);
        Assert.Contains("stop 0", _ports.Calls);
    }

    [Fact]
    public async Task PauseDuringTheLastEvaluation_IsPausedAndResumedToItsEnd()
    {
        await Begin(Validated);
        await Report(Steps(0, 30) with { Ready = [Ready(0)] });
        Assert.True(_leader.Session!.EndsPlan);
        await _leader.Want(DesiredState.Pause);
        Assert.Equal(RunState.Running, _leader.Run!.State);
        await Report(new() { Silo = "a", Generation = 1, Reached = [Finished(30)], Evaluations = [Evaluation(30, 0.5)], Checkpoints = [Checkpoint(30)] });
        Assert.Equal((RunState.Paused, null), (_leader.Run.State, _leader.Run.Result));

        await _leader.Want(DesiredState.Run);
        Assert.Equal((30L, 30L), (_ports.Started[^1].From.Step, _ports.Started[^1].From.Checkpoint!.Step));
        await Report(new() { Silo = "a", Generation = 2, Ready = [Ready(30)] });
        await Report(new()
        {
            Silo = "a", Generation = 2, Reached = [Finished(30)], Evaluations = [Evaluation(30, 0.5)],
            Checkpoints = [Checkpoint(30) with { Generation = 2, Path = "/c/30-2" }]
        });
        Assert.Equal((RunState.Completed, "/c/30-2"), (_leader.Run.State, _leader.Run.Result!.CheckpointPath));
        Assert.Equal(0.5, _leader.Run.Result.Metrics["validation_loss"]);
    }

    [Fact]
    public async Task CancelOnAFullDisk_DoesNotWaitForTheCheckpoint()
    {
        await RunToTheEnd(fault: true);
        await _leader.Want(DesiredState.Cancel);
        Assert.Equal(RunState.Cancelled, _leader.Run!.State);
    }

    [Fact]
    public async Task DataThatAreAway_AreWaitedForHoweverLong()
    {
        await Begin();
        await Report(new() { Silo = "a", Generation = 1, Waits = "waits for the data: '/x.csv' does not exist" });
        for (var minute = 0; minute < 90; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Report(new() { Silo = "a", Generation = 1, Waits = "waits for the data: '/x.csv' does not exist" });
        }

        Assert.Equal((RunState.Starting, 1L), (_leader.Run!.State, _leader.Run.Generation));
        Assert.Contains("'/x.csv' does not exist", Assert.Single(_leader.Troubles), StringComparison.Ordinal);
        Assert.Single(_ports.Events, text => text.Contains("'/x.csv' does not exist", StringComparison.Ordinal));

        // Once they are there, loading may take as long as ever.
        await Report(new() { Silo = "a", Generation = 1 });
        _time.Advance(TimeSpan.FromSeconds(Limits.Loading.TotalSeconds - 1));
        await Report(new() { Silo = "a", Generation = 1, Ready = [Ready(0)] });
        Assert.Equal(RunState.Running, _leader.Run.State);
        Assert.Empty(_leader.Troubles);
    }

    [Fact]
    public async Task DataThatAreAway_DoNotKeepARunFromBeingPausedOrCancelled()
    {
        await Begin();
        await Report(new() { Silo = "a", Generation = 1, Waits = "waits for the data" });
        await _leader.Want(DesiredState.Pause);
        Assert.Equal(RunState.Paused, _leader.Run!.State);
        await _leader.Want(DesiredState.Cancel);
        Assert.Equal(RunState.Cancelled, _leader.Run.State);
    }

    [Fact]
    public async Task DataThatOneSiloLacks_DoNotHoldUpTheOthers()
    {
        _ports.Devices = [new() { Silo = "a", SiloAddress = "a:1", Device = "cpu:0" }, new() { Silo = "b", SiloAddress = "b:1", Device = "cpu:0" }];
        await Begin(FakePorts.Spec);
        await Report(new() { Silo = "b", Generation = 1, Waits = "waits for the data" });
        await Report(new() { Silo = "a", Generation = 1, Ready = [Ready(0)] });
        Assert.Equal(1, _leader.Run!.Generation);
        await Pass(TimeSpan.FromSeconds(Limits.Waiting.TotalSeconds + 1));
        Assert.Equal((2L, "a:1"), (_leader.Run.Generation, Assert.Single(_leader.Run.Workers).SiloAddress));
    }

    [Fact]
    public async Task CheckpointsThatAreAway_AreWaitedForAndTakenUpByThemselves()
    {
        await Restart([Checkpoint(4), Checkpoint(8)], away: [4, 8]);
        Assert.Empty(_ports.Started);
        Assert.Contains("none of its 2 checkpoints can be read", Assert.Single(_leader.Troubles), StringComparison.Ordinal);
        Assert.Contains("resume run --from-scratch", _leader.Troubles[0], StringComparison.Ordinal);
        await Pass(TimeSpan.FromHours(2));
        Assert.Empty(_ports.Started);
        Assert.Equal([4L, 8], _leader.Run!.Checkpoints.Select(each => each.Step));
        Assert.Single(_ports.Events, text => text.Contains("waits for its checkpoints", StringComparison.Ordinal));
        _ports.Away.Clear();
        await Pass(TimeSpan.FromSeconds(3));
        Assert.Equal((8L, 8L), (_ports.Started[^1].From.Step, _ports.Started[^1].From.Checkpoint!.Step));
        Assert.Empty(_leader.Troubles);
    }

    [Fact]
    public async Task ACheckpointThatIsAway_IsSetAsideAndNotForgotten()
    {
        await Restart([Checkpoint(4), Checkpoint(8)], away: [8]);
        Assert.Equal(4, _ports.Started[^1].From.Step);
        Assert.Equal([4L], _leader.Run!.Checkpoints.Select(each => each.Step));
        Assert.Equal([8L], _leader.Run.Aside.Select(each => each.Step));
        Assert.Empty(_ports.Deleted);
        _ports.Away.Clear();
        await Again();
        Assert.Equal(8, _ports.Started[^1].From.Step);
        Assert.Equal([4L, 8], _leader.Run.Checkpoints.Select(each => each.Step));
        Assert.Empty(_leader.Run.Aside);
    }

    [Fact]
    public async Task ACheckpointThatIsAway_IsGivenUpOnceTheRunHasPassedIt()
    {
        await Restart([Checkpoint(4), Checkpoint(8)], away: [8]);
        await Report(Steps(4, 10, _leader.Run!.Generation) with
        {
            Ready = [Ready(4)],
            Checkpoints = [Checkpoint(10) with { Generation = _leader.Run.Generation, Path = "/c/10" }]
        });
        Assert.Empty(_leader.Run.Aside);
        Assert.Contains("/c/8", _ports.Deleted);
    }

    [Fact]
    public async Task FromScratch_BeginsAtStep0OnlyWhereTheUserSaysSo()
    {
        await Restart([Checkpoint(4)], away: [4]);
        _ports.OnDisk.Add(Checkpoint(2));
        Assert.Null((await _leader.BeginAnew()).Refusal);
        await _leader.Tick();
        Assert.Equal((0L, null), (_ports.Started[^1].From.Step, _ports.Started[^1].From.Checkpoint));
        Assert.Empty(_leader.Run!.Checkpoints);
        await Report(Steps(0, 2, _leader.Run.Generation) with { Ready = [Ready(0)] });
        Assert.NotNull((await _leader.BeginAnew()).Refusal);
    }

    [Fact]
    public async Task ACheckpointThatTheRecordDoesNotKnow_IsUsedWhereTheLedgerHasItsSteps()
    {
        _ports.OnDisk.AddRange([Checkpoint(4), Checkpoint(6)]);
        await Restart([], away: [], recorded: 5);
        Assert.Equal(4, _ports.Started[^1].From.Step);
        Assert.Equal([4L], _leader.Run!.Checkpoints.Select(each => each.Step));
        Assert.Contains(
            _ports.Events, text => text.StartsWith("the checkpoint of step 4 (generation 1) was written and had not been recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BeginningAtStep0_SaysWhereWholeCheckpointsAreOnTheDisk()
    {
        _ports.OnDisk.Add(Checkpoint(6));
        await Restart([], away: [], recorded: 5);
        Assert.Equal(0, _ports.Started[^1].From.Step);
        Assert.Contains(
            _ports.Events, text => text.StartsWith("it begins at step 0, although whole checkpoints of it are on the disk (step 6)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatNobodyKnows_IsTakenAwayOnceAGenerationHasACheckpointAndAtTheEnd()
    {
        await RunToTheEnd(fault: false);
        Assert.Equal([(1L, 10L), (2, long.MaxValue)], _ports.Sweeps.Select(sweep => (sweep.Generation, sweep.Step)));
        Assert.Equal(["/c/20", "/c/30"], _ports.Sweeps[^1].Known.Order());
    }

    [Theory]
    [InlineData(RunState.Cancelled, long.MaxValue)]
    [InlineData(RunState.Failed, long.MaxValue)]
    [InlineData(RunState.Paused, 10)]
    public async Task WhatNobodyKnows_IsTakenAwayHoweverTheRunEnds(RunState end, long wholeOnesUpTo)
    {
        await Begin();
        await Report(Steps(0, 12) with { Ready = [Ready(0)], Checkpoints = [Checkpoint(10)] });
        Task ending = end switch
        {
            RunState.Cancelled => _leader.Want(DesiredState.Cancel),
            RunState.Paused => _leader.Want(DesiredState.Pause),
            _ => Report(new()
            {
                Silo = "a", Generation = 1,
                Faults = [new() { Worker = 0, Failure = new() { Step = 12, OfTheRun = true, Message = "the loss is NaN" } }]
            }),
        };
        await ending;
        var until = _leader.Session?.Until ?? 0;
        if (until > 0)
        {
            wholeOnesUpTo = end == RunState.Paused ? until : wholeOnesUpTo;
            await Report(Steps(12, until) with { Reached = [Finished(until)], Checkpoints = end == RunState.Paused ? [Checkpoint(until)] : [] });
        }

        Assert.Equal(end, _leader.Run!.State);
        Assert.Equal((2L, wholeOnesUpTo), (_ports.Sweeps[^1].Generation, _ports.Sweeps[^1].Step));
        Assert.Equal(_leader.Run.Checkpoints.Select(each => each.Path).Order(), _ports.Sweeps[^1].Known.Order());
        Assert.InRange(_ports.Calls.LastIndexOf("stop 0"), 0, _ports.CallsBeforeSweep - 1);
    }

    /// <summary>Of a run that failed because workers were lost, a checkpoint that was not recorded yet may be the newest state that there is.</summary>
    [Fact]
    public async Task WhatNobodyKnows_StaysWhereTheRunMayBeginFromIt()
    {
        await Begin();
        _leader = Next(_leader.Run! with { State = RunState.Running, Checkpoints = [Checkpoint(4)], Losses = Limits.SameStep - 1, LossStep = 4 });
        await _leader.Touch();
        await Report(new() { Silo = "a", Generation = 2, Ready = [Ready(4)], Checkpoints = [Checkpoint(8) with { Generation = 1 }] });
        _ports.Dead.Add("a:1");
        await _leader.Tick();

        Assert.Equal((RunState.Failed, true), (_leader.Run!.State, _leader.Run.Resumable));
        Assert.Equal((3L, 4L), (_ports.Sweeps[^1].Generation, _ports.Sweeps[^1].Step));
        Assert.Equal(["/c/4", "/c/8"], _ports.Sweeps[^1].Known.Order());
    }

    /// <summary>The activation that ended the run may have died before it took anything away.</summary>
    [Theory]
    [InlineData(RunState.Cancelled, false, 1)]
    [InlineData(RunState.Failed, false, 1)]
    [InlineData(RunState.Failed, true, 0)]
    [InlineData(RunState.Paused, false, 0)]
    public async Task ANewActivation_TakesAwayWhatTheOneBeforeLeft(RunState state, bool resumable, int sweeps)
    {
        await Begin();
        _ports.Sweeps.Clear();
        _leader = Next(_leader.Run! with { State = state, Resumable = resumable, Workers = [], Checkpoints = [Checkpoint(4)] });

        await _leader.Tick();
        await _leader.Tick();

        Assert.Equal(sweeps, _ports.Sweeps.Count);
        Assert.False(_leader.IsDue && _leader.Run!.IsTerminal);
    }

    [Fact]
    public async Task ANewActivation_TellsTheCheckpointsAndTheEndThatItReads()
    {
        await RunToTheEnd(fault: false);
        var told = new FakePorts();
        var next = new Coordinator(told.All, _time);
        next.Load(_leader.Run!);
        Assert.True(next.IsDue);
        await next.Tick();
        Assert.Equal((RunState.Completed, 30L), (told.Told!.State, told.Told.Step));
        Assert.Equal(_leader.Run!.Checkpoints, told.ToldCheckpoints);
        Assert.False(next.IsDue);
    }

    [Fact]
    public async Task AnEpoch_IsToldByItsRowsAlsoWhereTheActivationSawOnlyItsEnd()
    {
        await Begin();
        await Report(new()
        {
            Silo = "a", Generation = 1, Ready = [Ready(0)],
            Steps = Enumerable.Range(0, 10).Select(step => Step(step, 1, loss: step, samples: step == 9 ? 4 : 10)).ToArray()
        });
        var mean = ((45 - 9) * 10 + (9 * 4)) / 94.0;
        Assert.Equal((1, mean, 94L), (Assert.Single(_ports.Epochs).Epoch, _ports.Epochs[0].Loss, _ports.Epochs[0].Samples));
        await Report(Steps(10, 15));
        _ports.Kept["a:1"] = new() { Silo = "a", SiloAddress = "a:1", Generation = 2, Step = 15 };
        await Again();
        await Report(Steps(15, 20, 2) with { Ready = [Ready(15)] });
        Assert.Equal((2, 0.5, 100L), (_ports.Epochs[^1].Epoch, _ports.Epochs[^1].Loss, _ports.Epochs[^1].Samples));
    }

    [Fact]
    public async Task SkippedUpdates_AreSaidWithTheirCountAndBecomeATrouble()
    {
        await Begin();
        for (var step = 0; step < 12; step++)
        {
            await Report(new() { Silo = "a", Generation = 1, Ready = step == 0 ? [Ready(0)] : [], Steps = [Step(step, 1, skipped: true)] });
        }

        Assert.Equal(
            ["1", "2", "4", "8"],
            _ports.Events.Where(text => text.StartsWith("the update of step", StringComparison.Ordinal)).Select(text => text.Split("; ")[1].Split(' ')[0]));
        Assert.Contains(_ports.Events, text => text.StartsWith("every update of epoch 1 was skipped", StringComparison.Ordinal));
        Assert.Contains("the last 12 updates were skipped", Assert.Single(_leader.Troubles), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATroubleOfTheDatabase_IsToldInItsOwnWordsAndOnce()
    {
        await Begin();
        await Report(Steps(0, 4) with { Ready = [Ready(0)] });
        (_ports.FlushFails, _ports.Troubles) = (true, ["the database takes no writes"]);
        await Report(Steps(4, 8) with { Checkpoints = [Checkpoint(4)] });
        Assert.Equal(["the database takes no writes"], _leader.Troubles);
        Assert.Equal(_leader.Troubles, _leader.Health()!.Troubles);
    }

    private static WorkerReady Ready(long step) => new() { Worker = 0, Step = step, StateHash = 1 };

    private static CheckpointRecord Checkpoint(long step) => new() { Step = step, Generation = 1, Path = $"/c/{step}", Bytes = 1, WeightsSha256 = "" };

    private static EvaluationRecord Evaluation(long step, double loss) =>
        new() { Step = step, Rows = RowSetKind.Validation, Samples = 20, Loss = loss, Metrics = [] };

    private static StepRecord Step(long step, long generation, double loss = 0.5, int samples = 10, bool skipped = false, long microseconds = 1000) =>
        Runs.Step(step, 0, new(0, 4), loss: loss, microseconds: microseconds) with { Generation = generation, Samples = samples, Skipped = skipped };

    private static SiloReport Steps(long from, long to, long generation = 1, long microseconds = 1000) =>
        new()
        {
            Silo = "a", Generation = generation,
            Steps = Enumerable.Range((int)from, (int)(to - from)).Select(step => Step(step, generation, microseconds: microseconds)).ToArray()
        };

    private WorkerReached Finished(long step) => new() { Worker = 0, Sequence = _leader.Session!.DirectivesOf(0)[^1].Sequence, Step = step };

    private Task<ReportAnswer> Report(SiloReport report) => _leader.Report(report with { Number = _number++ });

    private async Task Begin(string? spec = null) =>
        await _leader.Submit(
            new() { ExperimentId = "run", SpecYaml = spec ?? FakePorts.Spec.Replace("workers: 2", "workers: 1", StringComparison.Ordinal), BasePath = "/" });

    /// <summary>10 steps an epoch, 3 epochs, a checkpoint each; the last one cannot be written where <paramref name="fault"/> says so.</summary>
    private async Task RunToTheEnd(bool fault)
    {
        await Begin();
        await Report(Steps(0, 10) with { Ready = [Ready(0)], Checkpoints = [Checkpoint(10)] });
        await Report(Steps(10, 30) with { Checkpoints = [Checkpoint(20)] });
        Assert.True(_leader.Session!.EndsPlan);
        await Report(new()
        {
            Silo = "a", Generation = 1, Reached = [Finished(30)],
            CheckpointFaults = fault ? [new() { Step = 30, Message = "no space left" }] : [], Checkpoints = fault ? [] : [Checkpoint(30)]
        });
    }

    /// <summary>The run was going on with these checkpoints when all of its cluster died; nothing is in memory.</summary>
    private async Task Restart(IReadOnlyList<CheckpointRecord> checkpoints, long[] away, int recorded = 0)
    {
        await Begin();
        _ports.Away.UnionWith(away);
        _ports.Ledger.AddRange(Enumerable.Range(0, recorded).Select(step => StepMerge.Of([Step(step, 1)])));
        _leader = Next(_leader.Run! with { State = RunState.Running, Checkpoints = checkpoints });
        await _leader.Touch();
    }

    private async Task Again()
    {
        _leader = Next(_leader.Run!);
        await _leader.Touch();
    }

    private Coordinator Next(RunRecord run)
    {
        _ports.Started.Clear();
        var next = new Coordinator(_ports.All, _time);
        next.Load(run);
        return next;
    }

    private async Task Pass(TimeSpan time, bool heard = false)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (heard)
            {
                await Report(new() { Silo = "a", Generation = 1 });
            }
            else
            {
                await _leader.Tick();
            }
        }
    }
}
