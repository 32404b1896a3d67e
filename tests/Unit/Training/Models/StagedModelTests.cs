using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Models;

/// <summary>A model in stages beside the same model in libtorch alone.</summary>
public sealed class StagedModelTests
{
    /// <summary>Every way in which own and libtorch's layers follow each other, and every size that a kernel handles apart.</summary>
    private static readonly LayerSpec[][] Models =
    [
        [
            new LayerSpec.Conv2d(6, 5, Padding: 2), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Conv2d(16, 3),
            new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Flatten(), new LayerSpec.Linear(40), new LayerSpec.Relu(),
            new LayerSpec.Linear(3),
        ],
        [
            new LayerSpec.Conv2d(3, 1, Bias: false), new LayerSpec.Conv2d(9, 4, Padding: 3), new LayerSpec.Relu(), new LayerSpec.Flatten(),
            new LayerSpec.Linear(3, Bias: false),
        ],
        [
            new LayerSpec.Conv2d(4, 3, Stride: 2), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), new LayerSpec.Conv2d(5, 2),
            new LayerSpec.Tanh(), new LayerSpec.MaxPool(2), new LayerSpec.Relu(), new LayerSpec.Flatten(), new LayerSpec.Linear(3),
        ],
        [
            new LayerSpec.MaxPool(2), new LayerSpec.Relu(), new LayerSpec.Conv2d(8, 3, Padding: 1), new LayerSpec.AvgPool(2),
            new LayerSpec.Conv2d(12, 2), new LayerSpec.Relu(), new LayerSpec.Flatten(), new LayerSpec.Sigmoid(), new LayerSpec.Linear(3),
        ],
        [
            new LayerSpec.Flatten(), new LayerSpec.Linear(17), new LayerSpec.Sigmoid(), new LayerSpec.Linear(16), new LayerSpec.Relu(),
            new LayerSpec.Relu(), new LayerSpec.Linear(3),
        ],
        [
            new LayerSpec.Flatten(), new LayerSpec.Linear(5), new LayerSpec.Relu(), new LayerSpec.Linear(3),
        ],
        TinyRun.EveryLayer,
        [
            new LayerSpec.Conv2d(4, 3, Padding: 1), new LayerSpec.Relu(), new LayerSpec.Conv2d(4, 3, Groups: 4), new LayerSpec.Relu(),
            new LayerSpec.Conv2d(3, 2, Dilation: 2), new LayerSpec.Gelu(), new LayerSpec.Flatten(), new LayerSpec.Linear(3), new LayerSpec.LogSoftmax(),
        ],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Forward_AndItsGradientsAreThoseOfLibtorchUpToRounding(int which)
    {
        var layers = Models[which];
        var spec = TinyRun.Spec(layers, 1);
        using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [1, 8, 8], 3), new StepContext(7)));
        foreach (var samples in new[] { 1, 5, 16, 70 })
        {
            if (samples == 1 && layers.Any(layer => layer is LayerSpec.BatchNorm or LayerSpec.Residual))
            {
                continue;
            }

            using var scope = NewDisposeScope();
            using var generator = new Generator(3);
            var input = randn([samples, 1, 8, 8], generator: generator);
            var (expected, expectedGradient) = Pass(model, model.Module.forward, input);
            var (actual, gradient) = Pass(model, model.Forward, input);
            AssertNear(expected, actual);
            AssertNear(expectedGradient, gradient);
            Assert.Contains(gradient, value => value != 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void CollectGradients_AddsAWholeShardOnceAndGivesTheSameBitsAgain(int which)
    {
        var layers = Models[which];
        var spec = TinyRun.Spec(layers, 1);
        using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [1, 8, 8], 3), new StepContext(7)));
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var input = randn([6, 1, 8, 8], generator: generator);
        var (_, first) = Pass(model, model.Forward, input);
        Pass(model, model.Forward, randn([3, 1, 8, 8], generator: generator));
        model.Forward(input).sum().backward();
        model.DropGradients();
        var (_, again) = Pass(model, model.Forward, input);
        Assert.Equal(first, again);
        model.Forward(input).square().sum().backward();
        var sum = (float[])first.Clone();
        model.CollectGradients(sum, add: true);
        Assert.Equal(first.Select(value => value + value), sum);
    }

    [Theory]
    [InlineData(0, "0.*", "3.*")]
    [InlineData(0, "3.*", "9.bias")]
    [InlineData(1, "0.*")]
    [InlineData(2, "0.*", "1.*", "3.*")]
    [InlineData(5, "1.*")]
    [InlineData(6, "0.*", "3.*", "8.*")]
    public void Forward_WithFrozenLayersAndItsGradientsAreThoseOfLibtorchUpToRounding(int which, params string[] freeze)
    {
        var spec = TinyRun.Spec(Models[which], 1) with { Freeze = freeze };
        using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [1, 8, 8], 3), new StepContext(7)));
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var input = randn([16, 1, 8, 8], generator: generator);
        var (expected, expectedGradient) = Pass(model, model.Module.forward, input);
        var (actual, gradient) = Pass(model, model.Forward, input);
        AssertNear(expected, actual);
        AssertNear(expectedGradient, gradient);
        Assert.Contains(gradient, value => value != 0);
        Assert.DoesNotContain(model.Parameters, slot => spec.IsFrozen(slot.Name));
    }

    [Fact]
    public void Forward_InEvaluationGivesTheSameResultAndLeavesNoGradient()
    {
        var spec = TinyRun.Spec(TinyRun.Convolutional, 1);
        using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [1, 8, 8], 3), new StepContext(7)));
        using var scope = NewDisposeScope();
        model.Module.eval();
        var input = ones(4, 1, 8, 8);
        var trained = Floats(model.Forward(input));
        model.DropGradients();
        using (no_grad())
        {
            Assert.Equal(trained, Floats(model.Forward(input)));
        }

        var sum = new float[model.WeightCount];
        sum.AsSpan().Fill(1);
        model.CollectGradients(sum, add: false);
        Assert.All(model.Parameters, slot => Assert.All(sum.AsSpan(slot.Offset, slot.Count).ToArray(), value => Assert.Equal(0, value)));
    }

    private static (float[] Output, float[] Gradient) Pass(FlatModel model, Func<Tensor, Tensor> forward, Tensor input)
    {
        var output = forward(input);
        output.square().sum().backward();
        var values = Floats(output);
        var gradient = new float[model.WeightCount];
        model.CollectGradients(gradient, add: false);
        return (values, gradient);
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        var largest = expected.Max(Math.Abs);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one, other, 2e-5f * largest);
        }
    }

    private static float[] Floats(Tensor tensor) => tensor.data<float>().ToArray();
}
