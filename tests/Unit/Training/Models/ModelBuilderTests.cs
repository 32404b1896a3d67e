using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Models;

public sealed class ModelBuilderTests
{
    [Fact]
    public void Build_EnsurePyTorchsDefaultDistribution()
    {
        var spec = TinyRun.Spec([new LayerSpec.Flatten(), new LayerSpec.Linear(500), new LayerSpec.Linear(3)], 1);
        using var model = ModelBuilder.Build(spec, ModelShapes.Plan(spec, [1, 8, 8], 3), new StepContext(7));
        var weights = MemoryMarshal.Cast<byte, float>(model.parameters().First().bytes).ToArray();
        Assert.Equal(32000, weights.Length);
        Assert.InRange(weights.Max(), 0.1249f, 0.125f);
        Assert.InRange(weights.Min(), -0.125f, -0.1249f);
        Assert.Equal(0, weights.Average(), 2e-3f);
        Assert.Equal(0.125 / Math.Sqrt(3), Math.Sqrt(weights.Average(w => (double)w * w)), 1e-3);
    }

    [Fact]
    public void Dropout_EnsureKeyedMaskScaledAndNothingInEvaluation()
    {
        var context = new StepContext(3) { Step = 5, Shard = 1 };
        using var layer = new KeyedDropoutLayer(context, stream: 2, probability: 0.25);
        using var input = ones(100, 50);
        layer.train();
        var first = Values(layer.forward(input));
        Assert.Equal([0, 1 / 0.75f], first.Distinct().Order());
        Assert.InRange(first.Count(value => value == 0), 1100, 1400);
        Assert.Equal(first, Values(layer.forward(input)));
        context.Shard = 2;
        Assert.NotEqual(first, Values(layer.forward(input)));
        layer.eval();
        Assert.All(Values(layer.forward(input)), value => Assert.Equal(1, value));
    }

    [Fact]
    public void FlatModel_EnsureParametersAreViewsAndGradientsAreCollected()
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, 1);
        using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [1, 8, 8], 3), new StepContext(7)));
        using var scope = NewDisposeScope();
        var input = ones(4, 1, 8, 8);
        var before = Values(model.Module.forward(input));
        var slot = model.Parameters[^1];
        model.Weights[slot.Offset] += 1;
        Assert.Equal(before[0] + 1, Values(model.Module.forward(input))[0], 1e-5f);
        model.Module.forward(input).sum().backward();
        var expected = model.Parameters.Select(p => Values(p.Tensor.grad!)).ToList();
        var sum = new float[model.WeightCount];
        model.CollectGradients(sum, add: false);
        model.Module.forward(input).sum().backward();
        model.CollectGradients(sum, add: true);
        foreach (var (parameter, gradient) in model.Parameters.Zip(expected))
        {
            Assert.Equal(gradient.Select(g => g + g), sum.AsSpan(parameter.Offset, parameter.Count).ToArray());
        }

        Assert.Equal([4f, 4f, 4f], expected[^1]);
        Assert.Null(model.Parameters[0].Tensor.grad);
    }

    [Fact]
    public void WholeNumbers_AreTokensToAnEmbedding()
    {
        LayerSpec[] layers = [new LayerSpec.Embedding(5, 32), new LayerSpec.SequencePool(), new LayerSpec.Linear(16), new LayerSpec.Relu(),
            new LayerSpec.Linear(3)];
        var spec = TinyRun.Spec(layers, 1);
        using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [4], 3), new StepContext(7) { Step = 9, Shard = 1 }));
        using var scope = NewDisposeScope();
        var rows = tensor(new long[] { 0, 2, 2, 4, 4, 4, 2, 0 }).reshape(2, 4);
        model.Forward(rows).sum().backward();
        var sum = new float[model.WeightCount];
        model.CollectGradients(sum, add: false);
        var gradient = sum.AsSpan(model.Parameters[0].Offset, 5 * 32).ToArray().Chunk(32).ToArray();
        Assert.Equal([true, false, true, false, true], gradient.Select(row => row.Any(value => value != 0)));
        Assert.Equal(Values(model.Forward(rows)), Values(model.Forward(rows.to(ScalarType.Float32))));

        var error = Assert.Throws<Sheaf.Training.TrainingException>(() => model.Forward(rows.add(1)));
        Assert.Equal(("embedding has the numbers 0 to 4 and gets 5; raise its count, or correct the rows.", 9L, 1), (error.Message, error.Step, error.Shard));
    }

    [Fact]
    public void WholeNumbers_AreNumbersToALayerThatIsNoEmbedding()
    {
        foreach (var layers in new LayerSpec[][] { [new LayerSpec.Linear(3)], [new LayerSpec.Tanh(), new LayerSpec.Linear(3)] })
        {
            var spec = TinyRun.Spec(layers, 1);
            using var model = new FlatModel(ModelBuilder.Build(spec, ModelShapes.Plan(spec, [20], 3), new StepContext(7)));
            using var scope = NewDisposeScope();
            var rows = arange(40, ScalarType.Int64).reshape(2, 20);
            Assert.Equal(Values(model.Forward(rows.to(ScalarType.Float32))), Values(model.Forward(rows)));
        }
    }

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
