using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Optimization;

namespace Sheaf.Tests.Unit.Training.Optimization;

/// <summary>What the reference of the spec says of each schedule, at the first, a middle and the last step.</summary>
public sealed class LearningRateTests
{
    private const double Rate = 2;

    public static TheoryData<string, long, long, double> Sentences => new()
    {
        // constant: "The optimizer's rate throughout."
        { "constant", 10, 0, Rate },
        { "constant", 10, 4, Rate },
        { "constant", 10, 9, Rate },

        // step, every 1 epoch of 5 steps, gamma 0.5: "Multiplied by gamma again and again."
        { "step", 15, 0, Rate },
        { "step", 15, 4, Rate },
        { "step", 15, 5, Rate * 0.5 },
        { "step", 15, 9, Rate * 0.5 },
        { "step", 15, 10, Rate * 0.25 },
        { "step", 15, 14, Rate * 0.25 },

        // step, every 3 steps.
        { "step 3", 9, 2, Rate },
        { "step 3", 9, 3, Rate * 0.5 },
        { "step 3", 9, 8, Rate * 0.25 },

        // cosine, final 0.1: "Half a cosine, from the optimizer's rate down to final at the last step."
        { "cosine", 11, 0, Rate },
        { "cosine", 11, 5, Rate * 0.55 },
        { "cosine", 11, 10, Rate * 0.1 },
        { "cosine", 4, 3, Rate * 0.1 },
        { "cosine", 2, 0, Rate },
        { "cosine", 2, 1, Rate * 0.1 },
        { "cosine", 1, 0, Rate },
        { "cosine 0", 7, 6, 0 },
        { "cosine 1", 7, 6, Rate },

        // warmup 4: "step k of w, from 0, has the share (k + 1) / w of the schedule's rate."
        { "constant warm", 10, 0, Rate * 0.25 },
        { "constant warm", 10, 2, Rate * 0.75 },
        { "constant warm", 10, 3, Rate },
        { "constant warm", 10, 9, Rate },
        { "cosine warm", 11, 0, Rate * 0.25 },
        { "cosine warm", 11, 10, Rate * 0.1 },
        { "step warm", 15, 1, Rate * 0.5 },
        { "step warm", 15, 14, Rate * 0.25 },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void At_EnsureTheFormulaKeepsTheReference(string schedule, long steps, long step, double rate) =>
        Assert.Equal(rate, Of(schedule, steps).At(step), 1e-12);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void At_EnsureACosineOnlyFallsAndEndsAtItsFinalFactor(long steps)
    {
        var rates = Enumerable.Range(0, (int)steps).Select(step => Of("cosine", steps).At(step)).ToArray();
        Assert.Equal(Rate, rates[0], 1e-12);
        Assert.Equal(rates.OrderDescending(), rates);
        Assert.Equal(steps == 1 ? Rate : Rate * 0.1, rates[^1], 1e-12);
    }

    private static LearningRate Of(string schedule, long steps) =>
        new(TinyRun.Spec(TinyRun.Perceptron, 1, optimizer: new OptimizerSpec.Sgd(Rate)) with { Schedule = Schedule(schedule) }, 5, steps);

    private static ScheduleSpec Schedule(string name) => name switch
    {
        "step" => new ScheduleSpec.Step(new(1, IntervalUnit.Epoch), 0.5),
        "step 3" => new ScheduleSpec.Step(new(3, IntervalUnit.Step), 0.5),
        "step warm" => new ScheduleSpec.Step(new(1, IntervalUnit.Epoch), 0.5) { WarmupSteps = 4 },
        "cosine" => new ScheduleSpec.Cosine(0.1),
        "cosine 0" => new ScheduleSpec.Cosine(),
        "cosine 1" => new ScheduleSpec.Cosine(1),
        "cosine warm" => new ScheduleSpec.Cosine(0.1) { WarmupSteps = 4 },
        "constant warm" => new ScheduleSpec.Constant { WarmupSteps = 4 },
        _ => new ScheduleSpec.Constant(),
    };
}
