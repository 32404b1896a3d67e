using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>What is measured of an experiment as its coordinator leads it: two silos, a worker on each, four shards.</summary>
public class ExperimentSamplerTests
{
    private readonly FakePorts _ports = new()
    {
        Devices = [new() { Silo = "a", SiloAddress = "a:1", Device = "cpu:0" }, new() { Silo = "b", SiloAddress = "b:1", Device = "cpu:0" }],
    };

    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly Coordinator _leader;
    private readonly ExperimentSampler _sampler;
    private long _number;

    public ExperimentSamplerTests()
    {
        _leader = new(_ports.All, _time);
        _sampler = new(_leader);
    }

    [Fact]
    public void Sample_IsNoneWhereThereIsNoExperiment() => Assert.Null(_sampler.Take());

    [Fact]
    public async Task Sample_OfAQueuedExperimentHasNoProgressToExpect()
    {
        _ports.Devices = [];
        await Submit();
        var sample = _sampler.Take()!;
        Assert.Equal((RunState.Queued, "queued", 0, 2), (sample.State, sample.Verdict, sample.Workers, sample.WantedWorkers));
        Assert.Null(sample.LastProgress);
        Assert.Null(sample.UntilMargin);
    }

    [Fact]
    public async Task Sample_OfARunningExperimentHasItsStepsAndItsMargin()
    {
        await Run(steps: 6);
        var sample = _sampler.Take()!;
        Assert.Equal((RunState.Running, "healthy", 1L, 6L, 2, true),
            (sample.State, sample.Verdict, sample.Generation, sample.Steps, sample.Workers, sample.SurvivesAnySilo));
        Assert.Equal((_leader.Session!.Until - 6) * _leader.Session.SecondsPerStepInAll, sample.UntilMargin);
        Assert.True(sample.UntilMargin > 0);
        Assert.Equal(_leader.Led!.Now, sample.LastProgress);
        Assert.Equal(Runs.Now, sample.SafeAt);
        Assert.Null(sample.CheckpointStep);
    }

    [Fact]
    public async Task Sample_HasTheNewestCheckpointAndEvaluation()
    {
        await Run(steps: 6);
        var written = Runs.Now.AddSeconds(-3);
        await _leader.Report(Report("a") with
        {
            Checkpoints = [new() { Step = 4, Generation = 1, Path = "/c/4", Bytes = 9, WeightsSha256 = "", Written = written }],
            Evaluations = [new() { Step = 4, Rows = RowSetKind.Validation, Samples = 10, Loss = 0.125, Metrics = [] }],
        });
        var sample = _sampler.Take()!;
        Assert.Equal((4L, 9L, written, 0.125), (sample.CheckpointStep, sample.CheckpointBytes, sample.SafeAt, sample.ValidationLoss));
    }

    [Fact]
    public async Task Recovery_IsTimedFromTheLastStepBeforeTheLossToTheFirstAfterIt()
    {
        await Run(steps: 6);
        Assert.Null(_sampler.Take()!.LastRecovery);
        _time.Advance(TimeSpan.FromSeconds(1));
        _ports.Dead.Add("b:1");
        _ports.Kept["a:1"] = new()
        {
            Silo = "a",
            SiloAddress = "a:1",
            Generation = 1,
            Step = 6,
            Reachable = [],
            Records = Enumerable.Range(0, 6).Select(step => Runs.Step(step, 0, new(0, 2))).ToArray(),
        };
        await _leader.Tick();
        Assert.Equal((RunState.Recovering, "recovering"), (_sampler.Take()!.State, _sampler.Take()!.Verdict));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await Ready(6);
        Assert.Null(_sampler.Take()!.LastRecovery);
        await _leader.Report(Steps("a", 6, 7, 1));
        AssertRecovery(1, 1.5);

        // Later steps are no recoveries.
        _time.Advance(TimeSpan.FromSeconds(1));
        await _leader.Report(Steps("a", 7, 8, 1));
        AssertRecovery(1, 1.5);
    }

    private void AssertRecovery(long number, double seconds)
    {
        var recovery = _sampler.Take()!.LastRecovery!;
        Assert.Equal(number, recovery.Number);
        Assert.Equal(seconds, recovery.Seconds, 3);
    }

    private Task Submit() => _leader.Submit(new()
    {
        ExperimentId = "run-1",
        SpecYaml = FakePorts.Spec.Replace("workers: 2", "workers: { min: 1, max: 2 }", StringComparison.Ordinal), BasePath = "/"
    });

    private async Task Run(int steps)
    {
        await Submit();
        await Ready(0);
        await _leader.Report(Steps("a", 0, steps, 2));
    }

    private async Task Ready(long step)
    {
        foreach (var worker in _leader.Run!.Workers)
        {
            await _leader.Report(Report(worker.Silo) with { Ready = [new() { Worker = worker.Number, Step = step, StateHash = 1 }] });
        }
    }

    private SiloReport Steps(string silo, long from, long end, int workers) => Report(silo) with
    {
        Steps = [.. Enumerable.Range(0, workers).SelectMany(worker => Enumerable.Range((int)from, (int)(end - from))
            .Select(step => Runs.Step(step, worker, _leader.Run!.Workers[worker].Shards)))],
    };

    private SiloReport Report(string silo) => new() { Silo = silo, Generation = _leader.Run!.Generation, Number = _number++ };
}
