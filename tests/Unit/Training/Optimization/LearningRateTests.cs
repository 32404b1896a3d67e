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

        // multi_step at 3 steps and 2 epochs of 5 steps: "Multiplied by gamma at each of several points."
        { "multi", 15, 2, Rate },
        { "multi", 15, 3, Rate * 0.5 },
        { "multi", 15, 9, Rate * 0.5 },
        { "multi", 15, 10, Rate * 0.25 },

        // exponential 0.5: "Multiplied by gamma after every epoch."
        { "exponential", 15, 4, Rate },
        { "exponential", 15, 14, Rate * 0.25 },

        // cosine_restarts of 4 steps, twice as long each time: "each cycle as long as the one before or longer."
        { "restarts", 30, 0, Rate },
        { "restarts", 30, 2, Rate * 0.5 },
        { "restarts", 30, 4, Rate },
        { "restarts", 30, 8, Rate * 0.5 },
        { "restarts", 30, 12, Rate },

        // one_cycle: "up to the optimizer's rate, then half a cosine down to nearly nothing at the last step."
        { "one cycle", 20, 0, Rate * 0.04 },
        { "one cycle", 20, 5, Rate },
        { "one cycle", 20, 19, Rate * 4e-6 },
        { "one cycle half", 2, 0, Rate },
        { "one cycle half", 2, 1, Rate * 4e-6 },

        // polynomial, power 2: "A power of the share of the run that is left: 0 at the last step (a single step has the optimizer's rate)."
        { "polynomial", 11, 0, Rate },
        { "polynomial", 11, 5, Rate * 0.25 },
        { "polynomial", 11, 10, 0 },
        { "polynomial", 1, 0, Rate },

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
        "multi" => new ScheduleSpec.MultiStep([new(2, IntervalUnit.Epoch), new(3, IntervalUnit.Step)], 0.5),
        "exponential" => new ScheduleSpec.Exponential(0.5, new(1, IntervalUnit.Epoch)),
        "restarts" => new ScheduleSpec.CosineRestarts(new(4, IntervalUnit.Step), 2),
        "one cycle" => new ScheduleSpec.OneCycle(),
        "one cycle half" => new ScheduleSpec.OneCycle(0.5),
        "polynomial" => new ScheduleSpec.Polynomial(2),
        "constant warm" => new ScheduleSpec.Constant { WarmupSteps = 4 },
        _ => new ScheduleSpec.Constant(),
    };
}
