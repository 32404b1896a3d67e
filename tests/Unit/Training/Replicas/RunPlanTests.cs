using Sheaf.Specs;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Training.Replicas;

public sealed class RunPlanTests
{
    [Fact]
    public void Plan_EnsureStepsAndBoundaries()
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, 1, batch: 10) with
        {
            EvaluateEvery = new(1, IntervalUnit.Epoch),
            Checkpoints = new() { Every = new(4, IntervalUnit.Step) },
        };
        var plan = new RunPlan(spec, trainCount: 25, hasValidation: true, hasTest: false);
        Assert.Equal((10, 3L, 9L), (plan.BatchSize, plan.StepsPerEpoch, plan.TotalSteps));
        Assert.Equal([3, 6, 9], Steps(plan).Where(plan.EvaluatesAt));
        Assert.Equal([4, 8, 9], Steps(plan).Where(plan.CheckpointsAt));
        Assert.Equal([3, 3, 3, 4, 6, 6, 8, 8, 9, 9], Enumerable.Range(0, 10).Select(step => plan.NextBoundary(step)));
        Assert.Equal([false, true, false], new[] { 0L, 3, 4 }.Select(plan.EvaluatesAt));
        Assert.Equal([false, false, true, true], new[] { 0L, 3, 4, 9 }.Select(plan.CheckpointsAt));
    }

    [Fact]
    public void Plan_EnsureFullBatchAndNoValidation()
    {
        var plan = new RunPlan(TinyRun.Spec(TinyRun.Perceptron, 1) with { BatchSize = null, Epochs = 7 }, 80, hasValidation: false, hasTest: true);
        Assert.Equal((80, 1L, 7L), (plan.BatchSize, plan.StepsPerEpoch, plan.TotalSteps));
        Assert.DoesNotContain(Steps(plan), plan.EvaluatesAt);
        Assert.Equal(7, Steps(plan).Count(plan.CheckpointsAt));
        Assert.Equal(3, new RunPlan(TinyRun.Spec(TinyRun.Perceptron, 1, batch: 1000), 80, false, false).TotalSteps);
    }

    private static IEnumerable<long> Steps(RunPlan plan) => Enumerable.Range(0, (int)plan.TotalSteps + 3).Select(step => (long)step);
}
