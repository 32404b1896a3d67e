using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>A leader whose evaluations decide: what is stored before anybody acts on it, and what is decided anew by nobody.</summary>
public class EvaluationDecisionsTests
{
    private static readonly string Spec = FakePorts.Spec.Replace("target: y } }", "target: y }, validation: { fraction: 0.1 } }", StringComparison.Ordinal)
        + "\nearly_stopping: { patience: 1 }\nschedule: { plateau: { patience: 0, factor: 0.5 } }\n";

    private readonly FakePorts _ports = new() { ValidationCount = 10 };
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly Coordinator _leader;
    private long _number;

    public EvaluationDecisionsTests() => _leader = new(_ports.All, _time);

    [Fact]
    public async Task Evaluation_IsDecidedOnAndWrittenBeforeTheWorkersHearOfIt()
    {
        await RunTo(10);
        Assert.Equal(10, _leader.Session!.Until);
        _ports.Calls.Clear();
        _ports.Directed.Clear();
        _ports.WhileStoring = () => Assert.Empty(_ports.Directed);

        await Evaluated(10, 0.5);

        Assert.Equal((10L, 10L, 0.5), (_leader.Run!.Decisions!.Evaluated, _leader.Run.Decisions.BestStep, _leader.Run.Decisions.BestValue));
        Assert.Contains("write Running with 0 checkpoints", _ports.Calls);

        // At once, though nothing but the best's checkpoint follows as yet.
        Assert.Equal([0, 1], _ports.Directed.Distinct());
        Assert.Equal((DirectiveKind.Checkpoint, 10L), (_leader.Session.DirectivesOf(0)[^1].Kind, _leader.Session.Until));

        _ports.WhileStoring = () => { };
        await Report(new() { Checkpoints = [Runs.Checkpoint(10)] });
        Assert.True(_leader.Session.Until > 10);
    }

    [Fact]
    public async Task StoreThatIsAway_HoldsTheDecisionUpAndItIsMadeOnceWhenItIsBack()
    {
        await RunTo(10);
        _ports.WriteFails = true;
        await Evaluated(10, 0.5);
        Assert.Null(_leader.Run!.Decisions);
        Assert.Equal(10, _leader.Session!.Until);

        _ports.WriteFails = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Tick();
        Assert.Equal(10, _leader.Run.Decisions!.Evaluated);
    }

    [Fact]
    public async Task Patience_EndsTheTrainingAndTestsTheBest()
    {
        await RunTo(10);
        await Evaluated(10, 0.5);
        await Report(new() { Checkpoints = [Runs.Checkpoint(10)] });
        await RunTo(20);
        await Evaluated(20, 0.6);

        Assert.Equal((20L, 10L), (_leader.Run!.Decisions!.StoppedAt, _leader.Run.Decisions.BestStep));
        Assert.True(_leader.Session!.EndsPlan);
        Assert.Contains(_ports.Events, text => text.StartsWith("stops early at step 20", StringComparison.Ordinal));
        Assert.Equal([new RateChange(20, 0.05)], _leader.Run.Decisions.Rates);
    }

    [Fact]
    public async Task NextActivation_FindsTheDecisionAndMakesNoOther()
    {
        await RunTo(10);
        await Evaluated(10, 0.5);
        await Report(new() { Checkpoints = [Runs.Checkpoint(10)] });
        await RunTo(20);
        await Evaluated(20, 0.6);
        var decided = _leader.Run!.Decisions;
        _ports.Events.Clear();

        var next = new Coordinator(_ports.All, _time);
        next.Load(_leader.Run);
        _ports.OnDisk.Add(Runs.Checkpoint(10));
        await next.Touch();

        Assert.Equal((2L, 10L), (next.Run!.Generation, next.Session!.StartStep));
        Assert.Same(decided, next.Run.Decisions);
        Assert.False(next.Session.EndsPlan);
        var report = new SiloReport
        {
            Silo = "a", Generation = 2, Ready = Ready(10), Steps = Steps(10, 20, 2), Evaluations = [Runs.Evaluation(20, 0.6)],
        };
        await next.Report(report);
        Assert.Equal((20L, true), (next.Session.Until, next.Session.EndsPlan));
        Assert.Same(decided, next.Run.Decisions);
        Assert.DoesNotContain(_ports.Events, text => text.StartsWith("stops early", StringComparison.Ordinal));
    }

    private static WorkerReady[] Ready(long step) => [new() { Worker = 0, Step = step, StateHash = 1 }, new() { Worker = 1, Step = step, StateHash = 1 }];

    private static StepRecord[] Steps(long from, long until, long generation) => Enumerable.Range((int)from, (int)(until - from))
        .SelectMany(step => new[] { Runs.Step(step, 0, new(0, 2)), Runs.Step(step, 1, new(2, 2)) })
        .Select(step => step with { Generation = generation }).ToArray();

    /// <summary>Runs ten steps, from the start of the run or where it stands.</summary>
    private async Task RunTo(long step)
    {
        if (_leader.Run is null)
        {
            await _leader.Submit(new() { ExperimentId = "run-1", SpecYaml = Spec, BasePath = "/" });
            await Report(new() { Ready = Ready(0) });
        }

        await Report(new() { Steps = Steps(step - 10, step - 2, 1) });
        await Report(new() { Steps = Steps(step - 2, step, 1) });
    }

    private Task Evaluated(long step, double loss) => Report(new() { Evaluations = [Runs.Evaluation(step, loss)] });

    private Task Report(Said said) => _leader.Report(new()
    {
        Silo = "a", Generation = 1, Number = _number++, Ready = said.Ready, Steps = said.Steps, Evaluations = said.Evaluations, Checkpoints = said.Checkpoints,
    });

    private sealed record Said
    {
        public IReadOnlyList<WorkerReady> Ready { get; init; } = [];

        public IReadOnlyList<StepRecord> Steps { get; init; } = [];

        public IReadOnlyList<EvaluationRecord> Evaluations { get; init; } = [];

        public IReadOnlyList<CheckpointRecord> Checkpoints { get; init; } = [];
    }
}
