using Microsoft.Extensions.DependencyInjection;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Audits;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class EarlyStoppingTests : IDisposable
{
    private const string Stopping = """
        early_stopping: { by: validation_loss, patience: 3, min_delta: 0.01 }
        schedule: { plateau: { factor: 0.5, patience: 1, threshold: 0.01 } }
        """;

    private readonly TestFolder _folder = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_EndsWithTheSameDecisionsAndTheBestWeightsOnAnyNumberOfWorkers()
    {
        await using var silo = await TestSilo.Start(_folder);
        var views = new List<ExperimentView>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            await silo.Submit(_folder, $"stop-{workers}", Spec(workers));
            views.Add(await silo.Completed($"stop-{workers}"));
        }

        var decisions = views[0].Run.Decisions!;
        Assert.True(decisions.StoppedAt < views[0].Run.TotalSteps, "The test needs data that stop early.");
        Assert.NotEmpty(decisions.Rates);
        Assert.Equal(decisions.StoppedAt, decisions.BestStep + 30);
        Assert.All(views, view =>
        {
            AssertSame(decisions, view.Run.Decisions!);
            var test = Assert.Single(view.Evaluations, evaluation => evaluation.Rows == RowSetKind.Test);
            var best = Assert.Single(view.Checkpoints, checkpoint => checkpoint.Step == decisions.BestStep);
            var result = view.Run.Result!;
            Assert.Equal((decisions.StoppedAt, decisions.BestStep), (view.Run.Step, test.Step));
            Assert.Equal((best.Path, best.WeightsSha256, best.Step), (result.CheckpointPath, result.WeightsSha256, result.Step));
            Assert.Equal((test.Loss, decisions.BestValue), (result.Metrics["test_loss"], result.Metrics["validation_loss"]));
            Assert.Single(view.Events, happened => happened.Message.StartsWith("stops early at step", StringComparison.Ordinal));
            Assert.Single(view.Events, happened => happened.Message.StartsWith("the result is the best weights", StringComparison.Ordinal));
        });
        Assert.Single(views.Select(view => view.Run.Result!.WeightsSha256).Distinct());
        Assert.Single(views.Select(view => view.Run.Result!.Metrics["test_loss"]).Distinct());

        // The rate of each step in the ledger is the one that was decided.
        Assert.All(
            await silo.Steps("stop-2"), step => Assert.Equal(decisions.RateAt(step.Step) ?? 0.1, step.LearningRate));
    }

    [Fact]
    public async Task Replay_TakesTheRatesThatWereDecided()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "again", TestFolder.Spec(epochs: 40, checkpoints: "{ every: 1000 steps }", more: Stopping));
        var view = await silo.Completed("again");
        Assert.Contains(view.Run.Decisions!.Rates, change => change.FromStep > view.Run.Decisions.BestStep && change.FromStep < view.Run.Step - 1);

        var verdict = "";
        await silo.Services.GetRequiredService<StepReplay>().Run(
            view,
            view.Run.Step - 1,
            message =>
            {
                verdict = message.Verdict is { } end ? $"{end.Same} {end.Steps}" : verdict;
                return Task.CompletedTask;
            },
            TestSilo.Guard);
        Assert.Equal("True 30", verdict);
    }

    [Fact]
    public async Task Limit_TestsTheBestWeightsToo()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "limit", TestFolder.Spec(epochs: 8, learningRate: "0.3", more: "early_stopping: { patience: 100 }"));
        var view = await silo.Completed("limit");

        var losses = view.Evaluations.Where(evaluation => evaluation.Rows == RowSetKind.Validation).ToArray();
        var best = losses.MinBy(evaluation => evaluation.Loss)!;
        Assert.True(best.Step < 80, "The test needs a best that is not the last.");
        Assert.Equal((80L, null), (view.Run.Step, view.Run.Decisions!.StoppedAt));
        Assert.Equal((best.Step, best.Step), (view.Run.Decisions.BestStep, view.Evaluations[^1].Step));
        Assert.Equal(best.Loss, view.Run.Result!.Metrics["validation_loss"]);
    }

    [Fact]
    public async Task CoordinatorsDeath_DecidesNothingTwice()
    {
        RunDecisions expected;
        string hash;
        await using (var silo = await TestSilo.Start(_folder))
        {
            await silo.Submit(_folder, "straight", Spec(2));
            var straight = await silo.Completed("straight");
            (expected, hash) = (straight.Run.Decisions!, straight.Run.Result!.WeightsSha256);

            // After the best, some steps behind the last checkpoint, when an evaluation after it has been decided on.
            using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, expected.BestStep!.Value + 13, () => _gate.Wait(TestSilo.Guard));
            await silo.Submit(_folder, "cut", Spec(2));
            await held.Fired.WaitAsync(TestSilo.Guard);
            await silo.Until("cut", view => view.Run.Decisions?.Evaluated == expected.BestStep + 10);
        }

        _gate.Set();
        await using var again = await TestSilo.Start(_folder);
        var view = await again.Completed("cut");
        Assert.Equal(2, view.Run.Generation);
        AssertSame(expected, view.Run.Decisions!);
        Assert.Equal(hash, view.Run.Result!.WeightsSha256);
        Assert.Single(view.Events, happened => happened.Message.StartsWith("stops early at step", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LostWorkersAndAPause_ChangeNoDecision()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "straight", Spec(2));
        var expected = (await silo.Completed("straight")).Run;
        var best = expected.Decisions!.BestStep!.Value;

        using var lost = Once(silo, FaultPoint.BeforeReduce, 1, best + 2);
        using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, best + 14, () => _gate.Wait(TestSilo.Guard));
        await silo.Submit(_folder, "hit", Spec(2));
        await held.Fired.WaitAsync(TestSilo.Guard);
        await silo.Coordinator("hit").Want(DesiredState.Pause);
        _gate.Set();
        await silo.Until("hit", view => view.Run.State == RunState.Paused);
        held.Dispose();
        await silo.Coordinator("hit").Scale(4);
        await silo.Coordinator("hit").Want(DesiredState.Run);

        var view = await silo.Completed("hit");
        Assert.True(lost.Hits > 0);
        AssertSame(expected.Decisions, view.Run.Decisions!);
        Assert.Equal(expected.Result!.WeightsSha256, view.Run.Result!.WeightsSha256);
        Assert.Equal(expected.Result.Metrics["test_loss"], view.Run.Result.Metrics["test_loss"]);
    }

    [Fact]
    public async Task WorkerLostAtTheTestOfTheBest_IsNoReasonToTestOtherWeights()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "straight", Spec(2));
        var expected = (await silo.Completed("straight")).Run;

        using var lost = Once(silo, FaultPoint.AfterApply, 1, expected.Decisions!.StoppedAt!.Value - 1);
        await silo.Submit(_folder, "hit", Spec(2));
        var view = await silo.Completed("hit");
        Assert.True(lost.Hits > 0);
        Assert.Equal(expected.Result!.Metrics["test_loss"], view.Run.Result!.Metrics["test_loss"]);
        AssertSame(expected.Decisions, view.Run.Decisions!);
    }

    private static string Spec(int workers) => TestFolder.Spec(epochs: 40, workers: $"{workers}", more: Stopping);

    private static ScriptedFaults.Armed Once(TestSilo silo, FaultPoint point, int worker, long step)
    {
        var struck = 0;
        return silo.Faults.Arm(point, worker, step, () =>
        {
            if (Interlocked.Exchange(ref struck, 1) == 0)
            {
                throw new InjectedFaultException(point, worker, step);
            }
        });
    }

    private static void AssertSame(RunDecisions expected, RunDecisions actual)
    {
        Assert.Equal(
            (expected.Evaluated, expected.BestStep, expected.BestValue, expected.StoppedAt),
            (actual.Evaluated, actual.BestStep, actual.BestValue, actual.StoppedAt));
        Assert.Equal(expected.Rates, actual.Rates);
        Assert.Equal(expected.StoppedBecause, actual.StoppedBecause);
    }
}
