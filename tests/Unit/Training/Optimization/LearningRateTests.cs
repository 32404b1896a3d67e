using Sheaf.Contracts.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Optimization;

namespace Sheaf.Tests.Unit.Training.Optimization;

public sealed class LearningRateTests
{
    [Fact]
    public void At_EnsureEachSchedule()
    {
        double[] At(ScheduleSpec schedule) =>
            [.. new long[] { 0, 1, 4, 5, 9, 10 }.Select(new LearningRate(TinyRun.Spec(TinyRun.Perceptron, 1, optimizer: new OptimizerSpec.Sgd(2)) with { Schedule = schedule }, 5, 10).At)];

        Assert.All(At(new ScheduleSpec.Constant()), rate => Assert.Equal(2, rate));
        Assert.Equal([2, 2, 2, 1, 1, 0.5], At(new ScheduleSpec.Step(new(1, IntervalUnit.Epoch), 0.5)));
        var cosine = At(new ScheduleSpec.Cosine(0.5));
        Assert.Equal(2, cosine[0]);
        Assert.Equal(1.5, cosine[3], 1e-12);
        Assert.Equal(1, cosine[5], 1e-12);
        Assert.Equal([0.5, 1, 2, 2, 2, 2], At(new ScheduleSpec.Constant { WarmupSteps = 4 }));
    }
}
