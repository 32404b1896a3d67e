using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Onnx;
using static TorchSharp.torch;

namespace Sheaf.Tests.Parity.Models;

/// <summary>What is written as ONNX, run by ONNX Runtime, beside the same model here in evaluation.</summary>
public sealed class OnnxTests
{
    private const int Samples = 5;

    [Fact]
    public void EveryLayer_GivesTheSameInOnnxRuntime()
    {
        foreach (var (text, shape, _, _) in LayerTests.Cases)
        {
            AssertSame(new ModelSpec.Sequential([LayerTests.Spec(text, shape)]), shape, text);
        }
    }

    [Fact]
    public void Stack_ThatBeginsWithNumbersOfAnEmbedding_GivesTheSameInOnnxRuntime()
    {
        LayerSpec[] layers = [new LayerSpec.Embedding(9, 6), new LayerSpec.PositionalEmbedding(), new LayerSpec.TransformerBlock(2) { Causal = true },
            new LayerSpec.Dropout(), new LayerSpec.Linear(9)];
        AssertSame(new ModelSpec.Sequential(layers), [7], "a character model");
    }

    [Theory]
    [InlineData("resnet18", 3)]
    [InlineData("resnet50", 3)]
    [InlineData("mobilenet_v2", 1)]
    [InlineData("vgg11_bn", 3)]
    [Trait("Category", "Slow")]
    public void Network_GivesTheSameInOnnxRuntime(string name, int channels)
    {
        NetworkSpec network = name switch
        {
            "resnet18" => new NetworkSpec.ResNet(18, 7),
            "resnet50" => new NetworkSpec.ResNet(50, 7),
            "mobilenet_v2" => new NetworkSpec.MobileNetV2(7),
            _ => new NetworkSpec.Vgg11(true, Head: false),
        };
        AssertSame(ModelSpec.Sequential.Of(network, []), [channels, 32, 40], name);
    }

    [Fact]
    public void Model_OfTheUsersOwn_IsRefusedByName()
    {
        var spec = KnownToTheSpec.Spec() with { Model = new ModelSpec.TorchScript("/data/net.pt", null) };
        var plan = new ModelPlan { Inputs = [[6]], Output = [2], Parameters = [], Buffers = [], Scalars = 1, Sums = 0, Digests = 0 };
        var refused = Assert.Throws<NotSupportedException>(() => OnnxModel.Write(Stream.Null, spec, plan, []));
        Assert.Contains("net.pt", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_OfMoreThanAFileHolds_AreRefused()
    {
        var half = new byte[1100 << 20];
        var spec = KnownToTheSpec.Spec();
        var plan = new ModelPlan { Inputs = [[6]], Output = [2], Parameters = [], Buffers = [], Scalars = 1, Sums = 0, Digests = 0 };
        var weights = new[] { "a", "b" }.Select(name => new NamedArray(name, ArrayType.Float32, [half.Length / sizeof(float)], half));
        var refused = Assert.Throws<NotSupportedException>(() => OnnxModel.Write(Stream.Null, spec, plan, [.. weights]));
        Assert.Contains("2,306,867,200 bytes", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(ModelSpec.Sequential model, int[] shape, string what)
    {
        using var scope = NewDisposeScope();
        var (inputs, output) = (new List<IReadOnlyList<int>>(), (IReadOnlyList<int>)shape);
        foreach (var layer in model.Layers)
        {
            inputs.Add(output);
            output = layer.Plan(output).Shape;
        }

        var spec = KnownToTheSpec.Spec() with { Model = model };
        var plan = new ModelPlan { Inputs = inputs, Output = output, Parameters = [], Buffers = [], Scalars = 1, Sums = 0, Digests = 0 };
        var module = ModelBuilder.Build(spec, plan, new StepContext(1));
        var state = module.state_dict().Where(entry => entry.Value.dtype == ScalarType.Float32).ToList();
        if (model.Network is null)
        {
            using var off = no_grad();
            state.ForEach(entry => entry.Value.copy_(
                LayerTests.Values(entry.Value.shape, entry.Key.Length + 10, entry.Key.EndsWith("var", StringComparison.Ordinal) ? 2 : 0)));
        }

        module.eval();
        using var file = new MemoryStream();
        OnnxModel.Write(
            file, spec, plan, [.. state.Select(entry => new NamedArray(entry.Key, ArrayType.Float32, entry.Value.shape, entry.Value.bytes.ToArray()))]);

        var input = LayerTests.Values([Samples, .. shape.Select(size => (long)size)], 1);
        var tokens = model.Layers[0] is LayerSpec.Embedding embedding ? embedding.Count : 0;
        input = tokens > 0 ? input.add(1).mul(tokens / 2.0).floor() : input;
        var ours = module.forward(input);
        int[] dimensions = [Samples, .. shape];
        using var session = new InferenceSession(file.ToArray());
        var given = tokens > 0
            ? NamedOnnxValue.CreateFromTensor("input", new DenseTensor<long>(input.to(ScalarType.Int64).data<long>().ToArray(), dimensions))
            : NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(LayerTests.Floats(input), dimensions));
        using var results = session.Run([given]);
        var theirs = results.Single().AsTensor<float>();
        Assert.Equal(ours.shape, theirs.Dimensions.ToArray().Select(size => (long)size));
        var expected = LayerTests.Floats(ours);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        var furthest = theirs.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second) / scale);
        Assert.True(furthest <= 1e-5, $"{what} is {furthest} off");
    }
}
