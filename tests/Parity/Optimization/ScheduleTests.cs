using Sheaf.Training.Optimization;

namespace Sheaf.Tests.Parity.Optimization;

/// <summary>The learning rate of each schedule of the spec beside torch.optim.lr_scheduler's.</summary>
public sealed class ScheduleTests
{
    private const int StepsPerEpoch = 10;
    private const int TotalSteps = 40;

    /// <summary>As it stands in a spec; schedulers of PyTorch, for an optimizer o of rate 0.1, whose factors multiply.</summary>
    private static readonly (string Spec, string[] PyTorch)[] Cases =
    [
        ("constant", []),
        ("{ constant: { warmup: 5 steps } }", ["LinearLR(o, 1 / 5, 1, 4)"]),
        ("{ step: { every: 7 steps } }", ["StepLR(o, 7)"]),
        ("{ step: { every: 2 epochs, gamma: 0.5, warmup: 5 steps } }", ["StepLR(o, 20, 0.5)", "LinearLR(o, 1 / 5, 1, 4)"]),
        ("{ multi_step: { at: [1 epoch, 17 steps, 25 steps] } }", ["MultiStepLR(o, [10, 17, 25])"]),
        ("{ multi_step: { at: 3 epochs, gamma: 0.5, warmup: 5 steps } }", ["MultiStepLR(o, [30], 0.5)", "LinearLR(o, 1 / 5, 1, 4)"]),
        ("{ exponential: 0.9 }", ["StepLR(o, 10, 0.9)"]),
        ("{ exponential: { gamma: 0.97, every: 1 step, warmup: 5 } }", ["ExponentialLR(o, 0.97)", "LinearLR(o, 1 / 5, 1, 4)"]),
        ("{ cosine_restarts: { first: 7 steps } }", ["CosineAnnealingWarmRestarts(o, 7)"]),
        (
            "{ cosine_restarts: { first: 5 steps, growth: 2, final: 0.25, warmup: 8 } }",
            ["CosineAnnealingWarmRestarts(o, 5, 2, 0.025)", "LinearLR(o, 1 / 8, 1, 7)"]),
        ("one_cycle", ["OneCycleLR(o, 0.1, 40, cycle_momentum=False)"]),
        (
            "{ one_cycle: { rise: 0.55, initial: 0.1, final: 0.001 } }",
            ["OneCycleLR(o, 0.1, 40, pct_start=0.55, div_factor=10, final_div_factor=100, cycle_momentum=False)"]),
        ("polynomial", ["PolynomialLR(o, 39)"]),
        ("{ polynomial: { power: 2.5, warmup: 4 } }", ["PolynomialLR(o, 39, 2.5)", "LinearLR(o, 1 / 4, 1, 3)"]),
        ("cosine", ["CosineAnnealingLR(o, 39)"]),
        ("{ cosine: { final: 0.25, warmup: 8 steps } }", ["CosineAnnealingLR(o, 39, 0.025)", "LinearLR(o, 1 / 8, 1, 7)"]),
    ];

    [Fact]
    public void Table_CoversEveryScheduleAndOptionOfTheSpec() =>
        KnownToTheSpec.AssertAllIn("schedule", Cases.Select(c => c.Spec).Concat(PlateauTests.Cases.Select(c => c.Spec)));

    [Fact]
    public async Task EachStep_HasPyTorchsRate()
    {
        var theirs = await Python.RunAsync("Optimization/schedules.py", new { rate = 0.1, steps = TotalSteps, schedules = Cases.Select(c => c.PyTorch) });
        foreach (var (of, (text, _)) in theirs.EnumerateArray().Zip(Cases))
        {
            var rate = new LearningRate(KnownToTheSpec.Spec(schedule: text), StepsPerEpoch, TotalSteps);
            Assert.Equal(TotalSteps, of.GetArrayLength());
            Assert.All(of.EnumerateArray().Select((value, step) => (value, step)), pair => Assert.Equal(pair.value.GetDouble(), rate.At(pair.step), 1e-12));
        }
    }
}
