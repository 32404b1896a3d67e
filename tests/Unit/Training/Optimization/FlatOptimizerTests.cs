using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Optimization;
using Sheaf.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Optimization;

public sealed class FlatOptimizerTests
{
    private const int Length = 4096;

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0.9, 0, false)]
    [InlineData(0.9, 1e-2, false)]
    [InlineData(0.9, 1e-2, true)]
    [InlineData(0, 1e-2, false)]
    public void Sgd_EnsureBitsOfTheFieldsOptimizer(double momentum, double decay, bool nesterov) =>
        Compare(
            new OptimizerSpec.Sgd(0.1, momentum, decay, nesterov), p => optim.SGD([p], 0.1, momentum, weight_decay: decay, nesterov: nesterov), tolerance: 0);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1e-2, false)]
    [InlineData(1e-2, true)]
    public void Adam_EnsureTheFieldsOptimizerWithinTheLastBits(double decay, bool decoupled) => Compare(
        new OptimizerSpec.Adam(0.01, WeightDecay: decay, Decoupled: decoupled),
        p => decoupled ? optim.AdamW([p], 0.01, weight_decay: decay) : optim.Adam([p], 0.01, weight_decay: decay),
        tolerance: 2e-6f);

    [Fact]
    public void Apply_EnsureScaleMultipliesTheGradient()
    {
        float[] weights = new float[16], gradient = [.. Enumerable.Repeat(2f, 16)];
        FlatOptimizer.Create(new OptimizerSpec.Sgd(0.5), 16).Apply(weights, gradient, 0.5, 0.25f);
        Assert.All(weights, w => Assert.Equal(-0.25f, w));
    }

    [Fact]
    public void Apply_EnsureWhatPadsAParameterStaysZero()
    {
        OptimizerSpec[] all =
        [
            new OptimizerSpec.Sgd(0.1, 0.9, 0.1), new OptimizerSpec.Adam(0.1, WeightDecay: 0.1), new OptimizerSpec.RmsProp(
                Momentum: 0.9, WeightDecay: 0.1, Centered: true),
            new OptimizerSpec.Adagrad(WeightDecay: 0.1), new OptimizerSpec.Adadelta(WeightDecay: 0.1), new OptimizerSpec.Adamax(WeightDecay: 0.1),
            new OptimizerSpec.Nadam(WeightDecay: 0.1), new OptimizerSpec.Rprop(),
        ];
        foreach (var spec in all)
        {
            using var optimizer = FlatOptimizer.Create(spec, 16);
            var weights = new float[16];
            for (var step = 0; step < 3; step++)
            {
                optimizer.Apply(weights, new float[16], spec.LearningRate, 1f);
            }

            Assert.All(weights, weight => Assert.Equal(0, weight));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Norm_EnsureTheSumOfSquares(int length)
    {
        var values = Values(length, 3);
        Assert.Equal(Math.Sqrt(values.Sum(v => (double)v * v)), GradientNorm.Of(values), 1e-9);
        Assert.Equal(1f, GradientNorm.ClipFactor(0.5, 1));
        Assert.Equal(0.25f, GradientNorm.ClipFactor(4, 1), 1e-6f);
    }

    private static void Compare(OptimizerSpec spec, Func<Parameter, optim.Optimizer> make, float tolerance)
    {
        using var scope = NewDisposeScope();
        var weights = Values(Length, 1);
        var parameter = new Parameter(tensor(weights));
        using var theirs = make(parameter);
        var ours = FlatOptimizer.Create(spec, Length);
        for (var step = 0; step < 5; step++)
        {
            var gradient = Values(Length, 10 + step);
            parameter.grad = tensor(gradient);
            theirs.step();
            ours.Apply(weights, gradient, spec.LearningRate, 1f);
        }

        var expected = MemoryMarshal.Cast<byte, float>(parameter.bytes);
        for (var i = 0; i < Length; i++)
        {
            Assert.Equal(expected[i], weights[i], tolerance);
        }
    }

    private static float[] Values(int length, int stream)
    {
        var values = new float[length];
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0, stream).Fill(values);
        return [.. values.Select(v => v - 0.5f)];
    }
}
