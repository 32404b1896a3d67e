using Sheaf.Training.Optimization;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Parity.Optimization;

/// <summary>Steps of each optimizer of the spec beside the one of torch.optim that it is named after, on the same random gradients.</summary>
public sealed class OptimizerTests
{
    private const int Length = 256;
    private const int Steps = 8;

    /// <summary>As it stands in a spec; the same in PyTorch, for parameters p; how far a weight of about 1 may be off after all steps (0: not a bit).</summary>
    private static readonly (string Spec, string PyTorch, float Tolerance)[] Cases =
    [
        ("{ sgd: { learning_rate: 0.1 } }", "SGD(p, lr=0.1)", 0),
        ("{ sgd: { learning_rate: 0.1, weight_decay: 0.01 } }", "SGD(p, lr=0.1, weight_decay=0.01)", 0),
        ("{ sgd: { learning_rate: 0.1, momentum: 0.9 } }", "SGD(p, lr=0.1, momentum=0.9)", 0),
        ("{ sgd: { learning_rate: 0.03, momentum: 0.7, weight_decay: 0.001 } }", "SGD(p, lr=0.03, momentum=0.7, weight_decay=0.001)", 0),
        (
            "{ sgd: { learning_rate: 0.03, momentum: 0.7, weight_decay: 0.001, nesterov: true } }",
            "SGD(p, lr=0.03, momentum=0.7, weight_decay=0.001, nesterov=True)",
            0),
        ("adam", "Adam(p)", 1e-6f),
        ("{ adam: { learning_rate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 0.001 } }", "Adam(p, lr=0.02, betas=(0.8, 0.95), eps=0.001)", 1e-6f),
        ("{ adam: { learning_rate: 0.02, weight_decay: 0.1 } }", "Adam(p, lr=0.02, weight_decay=0.1)", 1e-6f),
        ("adamw", "AdamW(p)", 1e-6f),
        (
            "{ adamw: { learning_rate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 0.001, weight_decay: 0.1 } }",
            "AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=0.001, weight_decay=0.1)",
            1e-6f),
        ("rmsprop", "RMSprop(p)", 1e-6f),
        (
            "{ rmsprop: { learning_rate: 0.02, alpha: 0.8, epsilon: 0.001, weight_decay: 0.1 } }",
            "RMSprop(p, lr=0.02, alpha=0.8, eps=0.001, weight_decay=0.1)",
            1e-6f),
        ("{ rmsprop: { momentum: 0.7 } }", "RMSprop(p, momentum=0.7)", 2e-6f),
        ("{ rmsprop: { momentum: 0.7, centered: true } }", "RMSprop(p, momentum=0.7, centered=True)", 1e-5f),
        ("adagrad", "Adagrad(p)", 1e-6f),
        ("{ adagrad: { learning_rate: 0.1, learning_rate_decay: 0.2, weight_decay: 0.1, initial_accumulator_value: 0.3, epsilon: 0.001 } }",
            "Adagrad(p, lr=0.1, lr_decay=0.2, weight_decay=0.1, initial_accumulator_value=0.3, eps=0.001)", 1e-6f),
        ("adadelta", "Adadelta(p)", 1e-6f),
        (
            "{ adadelta: { learning_rate: 0.5, rho: 0.8, epsilon: 0.001, weight_decay: 0.1 } }",
            "Adadelta(p, lr=0.5, rho=0.8, eps=0.001, weight_decay=0.1)",
            1e-6f),
        ("adamax", "Adamax(p)", 1e-6f),
        ("{ adamax: { learning_rate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 0.001, weight_decay: 0.1 } }",
            "Adamax(p, lr=0.02, betas=(0.8, 0.95), eps=0.001, weight_decay=0.1)", 1e-6f),
        ("nadam", "NAdam(p)", 1e-6f),
        ("{ nadam: { learning_rate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 0.001, weight_decay: 0.1, momentum_decay: 0.05 } }",
            "NAdam(p, lr=0.02, betas=(0.8, 0.95), eps=0.001, weight_decay=0.1, momentum_decay=0.05)", 1e-6f),
        ("rprop", "Rprop(p)", 1e-6f),
        (
            "{ rprop: { learning_rate: 0.1, eta_minus: 0.3, eta_plus: 1.5, min_step: 0.05, max_step: 0.2 } }",
            "Rprop(p, lr=0.1, etas=(0.3, 1.5), step_sizes=(0.05, 0.2))",
            1e-6f),
    ];

    [Fact]
    public void Table_CoversEveryOptimizerAndOptionOfTheSpec() => KnownToTheSpec.AssertAllIn("optimizer", Cases.Select(c => c.Spec));

    [Fact]
    public async Task EachStep_LeavesThePyTorchOptimizersWeights()
    {
        var (weights, gradients) = (Values(0), Enumerable.Range(1, Steps).Select(Values).ToArray());
        var theirs = await Python.RunAsync("Optimization/optimizers.py", new { weights, gradients, optimizers = Cases.Select(c => c.PyTorch) });
        var off = new List<string>();
        foreach (var (of, (text, _, tolerance)) in theirs.EnumerateArray().Zip(Cases))
        {
            var spec = KnownToTheSpec.Spec(optimizer: text).Optimizer;
            var optimizer = FlatOptimizer.Create(spec, Length);
            var ours = weights.ToArray();
            foreach (var (after, step) in of.EnumerateArray().Select((after, step) => (after, step)))
            {
                optimizer.Apply(ours, gradients[step], spec.LearningRate, 1f);
                var furthest = after.EnumerateArray().Select((value, i) => Math.Abs((double)value.GetSingle() - ours[i])).Max();
                if (!(furthest <= tolerance))
                {
                    off.Add($"{text}, step {step}: {furthest} off, {tolerance} allowed");
                }
            }
        }

        Assert.True(off.Count == 0, string.Join("\n", off));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(100)]
    public async Task ClippedGradient_IsPyTorchs(double limit)
    {
        var gradient = Values(1);
        var theirs = await Python.RunAsync("Optimization/clipping.py", new { gradient, limit });
        var norm = GradientNorm.Of(gradient);
        Assert.Equal(theirs.GetProperty("norm").GetDouble(), norm, norm * 1e-6);
        var factor = GradientNorm.ClipFactor(norm, limit);
        Assert.All(theirs.GetProperty("clipped").EnumerateArray().Zip(gradient), pair => Assert.Equal(pair.First.GetSingle(), pair.Second * factor, 1e-6f));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(100)]
    public async Task GradientCutByValue_IsPyTorchs(double limit)
    {
        var gradient = Values(1);
        var theirs = await Python.RunAsync("Optimization/clipping.py", new { gradient, limit });
        Assert.Equal(theirs.GetProperty("cut").EnumerateArray().Select(value => value.GetSingle()),
            new GradientClamp(limit, gradient.Length).Of(gradient).ToArray());
    }

    private static float[] Values(int stream)
    {
        var values = new float[Length];
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0, stream).Fill(values);
        return [.. values.Select(value => (2 * value) - 1)];
    }
}
