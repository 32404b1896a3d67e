using Sheaf.Specs;
using Sheaf.Training.Optimization;

namespace Sheaf.Tests.Unit.Training.Optimization;

/// <summary>An update either leaves everything finite or changes nothing, for every optimizer.</summary>
public sealed class UpdateGuardTests
{
    private const int Length = 64;

    private static readonly float[] Magnitudes = [0, 1e-38f, 1e-3f, 1, 1e6f, 1e17f, 1e19f, 1e30f, 1e38f, float.MaxValue];

    public static TheoryData<string> Optimizers =>
        ["sgd", "decay", "momentum", "nesterov", "adam", "coupled", "adamw", "tiny epsilon", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "rprop"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Apply_EnsureAllIsFiniteOrNothingHasChanged(string name)
    {
        var (applied, refused) = (0, 0);
        var rates = new[] { 1e-3, 1, 1e20, 1e38, 1e39, 1e300 }.Where(rate => rate <= 1e20 || FlatOptimizer.Create(Spec(name, 1), Length) is BoundedOptimizer);
        foreach (var (rate, weight, gradient) in from rate in rates from weight in Magnitudes from gradient in Magnitudes select (rate, weight, gradient))
        {
            var optimizer = FlatOptimizer.Create(Spec(name, rate), Length);
            var guard = new UpdateGuard(optimizer);
            var weights = new float[Length];
            (weights[5], weights[40]) = (weight, -weight);
            for (var step = 0; step < 3; step++)
            {
                var gradients = new float[Length];
                (gradients[5], gradients[7]) = (step == 1 ? -gradient : gradient, 1e-3f);
                float[][] before = [[.. weights], .. optimizer.State.Select(entry => entry.Values.ToArray())];
                var steps = optimizer.Steps;
                var unguarded = Unguarded(Spec(name, rate), before, gradients, rate, steps);

                var ruined = guard.Apply(weights, gradients, rate, 1, Math.Max(gradient, 1e-3f));

                float[][] after = [[.. weights], .. optimizer.State.Select(entry => entry.Values.ToArray())];
                Assert.Equal(unguarded.All(values => values.All(float.IsFinite)), ruined is null);
                Assert.Equal(ruined is null ? unguarded : before, after);
                Assert.Equal(ruined is null ? steps + 1 : steps, optimizer.Steps);
                if (ruined is { } first)
                {
                    var array = first.State is null ? 0 : 1 + optimizer.State.ToList().FindIndex(entry => entry.Name == first.State);
                    Assert.False(float.IsFinite(first.Value));
                    Assert.Equal(Array.FindIndex(unguarded[array], value => !float.IsFinite(value)), first.Place);
                    Assert.Equal(unguarded[array][first.Place], first.Value);
                }

                _ = ruined is null ? applied++ : refused++;
            }
        }

        // Rprop looks at signs alone, and its steps have a largest size: no gradient ruins a weight.
        Assert.True(applied > 100 && (refused > 100 || name == "rprop"), $"{applied} applied, {refused} refused");
    }

    [Fact]
    public void Apply_EnsureOrdinaryUpdatesNeverNeedALookAtTheValues()
    {
        foreach (var name in Optimizers.Select(row => row.Data).Where(each => each is not ("tiny epsilon" or "decay")))
        {
            if (FlatOptimizer.Create(Spec(name, 0.01), Length) is not BoundedOptimizer optimizer)
            {
                continue;
            }

            var bounds = new UpdateBounds(1, 0, 0);
            for (var step = 0; step < 10_000; step++)
            {
                bounds = optimizer.Bound(bounds, 1e10, 0.01);
                Assert.True(bounds.AreSafe, $"{name}, step {step}: {bounds}");
            }
        }
    }

    private static float[][] Unguarded(OptimizerSpec spec, float[][] before, float[] gradients, double rate, long steps)
    {
        var optimizer = FlatOptimizer.Create(spec, Length);
        for (var i = 1; i < before.Length; i++)
        {
            before[i].CopyTo(optimizer.State[i - 1].Values, 0);
        }

        optimizer.Restore(steps);
        float[] weights = [.. before[0]];
        optimizer.Apply(weights, gradients, rate, 1);
        return [weights, .. optimizer.State.Select(entry => entry.Values)];
    }

    private static OptimizerSpec Spec(string name, double rate) => name switch
    {
        "sgd" => new OptimizerSpec.Sgd(rate),
        "decay" => new OptimizerSpec.Sgd(rate, 0, 0.5),
        "momentum" => new OptimizerSpec.Sgd(rate, 0.9),
        "nesterov" => new OptimizerSpec.Sgd(rate, 0.9, 1e-4, true),
        "coupled" => new OptimizerSpec.Adam(rate, WeightDecay: 0.1),
        "adamw" => new OptimizerSpec.Adam(rate, WeightDecay: 0.1, Decoupled: true),
        "tiny epsilon" => new OptimizerSpec.Adam(rate, Epsilon: 1e-30),
        "rmsprop" => new OptimizerSpec.RmsProp(rate, Momentum: 0.9, Centered: true),
        "adagrad" => new OptimizerSpec.Adagrad(rate, 0.1, 0.1),
        "adadelta" => new OptimizerSpec.Adadelta(rate),
        "adamax" => new OptimizerSpec.Adamax(rate),
        "nadam" => new OptimizerSpec.Nadam(rate),
        "rprop" => new OptimizerSpec.Rprop(rate),
        _ => new OptimizerSpec.Adam(rate),
    };
}
