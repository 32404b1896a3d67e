using System.Runtime.InteropServices;
using System.Text.Json;
using Sheaf.Specs;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Tests.Parity.Models;

/// <summary>Each network of the spec beside torchvision's: names, shapes, first weights, result, gradients and statistics.</summary>
[Trait("Category", "Slow")]
public sealed class NetworkTests
{
    /// <summary>
    /// As it stands in a spec; a batch; the same in PyTorch; whether in training, with the batch's statistics: only in the network that does not blow the two
    /// builds' rounding up to more than the test allows.
    /// </summary>
    private static readonly (string Spec, long[] Input, string PyTorch, bool Train)[] Cases =
    [
        ("{ resnet18: { classes: 7, head: true } }", [2, 3, 64, 64], "resnet18(classes=7)", true),
        ("{ resnet18: { head: false } }", [3, 1, 28, 28], "resnet18(head=False, channels=1)", true),
        ("{ resnet34: { classes: 7, head: true } }", [2, 3, 40, 48], "resnet34(classes=7)", false),
        ("{ resnet50: { classes: 7, head: true } }", [2, 3, 64, 64], "resnet50(classes=7)", false),
        ("{ mobilenet_v2: { classes: 7, head: true } }", [2, 3, 64, 64], "mobilenet_v2(classes=7)", false),
        ("{ mobilenet_v2: { head: false } }", [2, 1, 40, 48], "mobilenet_v2(head=False, channels=1)", false),
        ("{ vgg11: { classes: 7, head: true } }", [2, 3, 64, 64], "vgg11(classes=7)", false),
        ("{ vgg11_bn: { classes: 7, head: false } }", [2, 3, 32, 32], "vgg11_bn(head=False)", false),
    ];

    [Fact]
    public void Table_CoversEveryNetworkAndOptionOfTheSpec() => KnownToTheSpec.AssertAllIn("model.network", Cases.Select(c => c.Spec));

    [Fact]
    public async Task NamesFirstWeightsResultAndGradients_AreTorchvisions()
    {
        foreach (var (text, shape, torch, train) in Cases)
        {
            var theirs = (await Python.RunAsync("Models/networks.py", new[] { new { torch, train, shape } }))[0];
            using var scope = NewDisposeScope();
            using var network = Network(text, shape);
            var state = network.state_dict();
            Assert.Equal(theirs.GetProperty("names").EnumerateArray().Select(name => name.GetString()), state.Keys);
            Assert.Equal(
                theirs.GetProperty("shapes").EnumerateArray().Select(each => string.Join(", ", each.EnumerateArray())),
                state.Values.Select(tensor => string.Join(", ", tensor.shape)));
            AssertDrawnAlike(theirs.GetProperty("deviations"), network, text);

            Fill(state);
            network.train(train);
            var output = network.forward(Values(shape, 500, 1, 0));
            var rest = output.shape.Aggregate(1L, (product, size) => product * size);
            output.backward([Values([rest], 501, 1, 0).reshape(output.shape)]);
            var expected = theirs.GetProperty("outputs").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            AssertNear(expected, [.. Floats(output).Select(value => (double)value)], expected.Max(Math.Abs), $"{text}: result");
            var gradients = network.named_parameters().ToDictionary(p => p.name, p => Summed(p.parameter.grad!));
            Assert.All(theirs.GetProperty("gradients").EnumerateObject(), each => AssertSame(each.Value, gradients[each.Name], $"{text}: gradient "
                + $"of {each.Name}"));
            var buffers = network.named_buffers().Where(b => b.buffer.dtype == ScalarType.Float32).ToDictionary(b => b.name, b => Summed(b.buffer));
            Assert.All(theirs.GetProperty("buffers").EnumerateObject(), each => AssertSame(each.Value, buffers[each.Name], $"{text}: {each.Name}"));
        }
    }

    /// <summary>The draws are others; the deviation of many of them is the same.</summary>
    private static void AssertDrawnAlike(JsonElement theirs, nn.Module<Tensor, Tensor> network, string what)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var deviation = parameter.std(unbiased: false);
            var (ours, expected) = (deviation.item<float>(), theirs.GetProperty(name).GetDouble());
            var spread = expected / Math.Sqrt(parameter.numel());
            Assert.True(Math.Abs(ours - expected) <= 6 * spread, $"{what}: {name} is drawn with a deviation of {ours}, torchvision's {expected}");
        }
    }

    private static void AssertSame(JsonElement theirs, double[] ours, string what)
    {
        var expected = theirs.EnumerateArray().Select(value => value.GetDouble()).ToArray();
        AssertNear(expected, ours, Math.Max(expected[1], 1e-3), what);
    }

    private static void AssertNear(double[] expected, double[] ours, double scale, string what)
    {
        Assert.Equal(expected.Length, ours.Length);
        var furthest = expected.Zip(ours).Max(pair => Math.Abs(pair.First - pair.Second)) / scale;
        Assert.True(furthest <= 1e-4, $"{what} is {furthest} of its size off");
    }

    private static nn.Module<Tensor, Tensor> Network(string text, long[] shape)
    {
        var result = SpecParser.Parse(
            $$"""
            name: parity
            data:
              train: { format: idx, images: images, labels: labels }
            model: { network: {{text}}{{(text.Contains("head: false", StringComparison.Ordinal) ? ", layers: [ { linear: 7 } ]" : "")}} }
            loss: cross_entropy
            optimizer: adam
            batch_size: 8
            """,
            "/data");
        var spec = result.Spec ?? throw new InvalidOperationException(string.Join("\n", result.Violations));
        var whole = ModelBuilder.Build(spec, ModelShapes.Plan(spec, [.. shape.Skip(1).Select(size => (int)size)], 7), new StepContext(1));
        return text.Contains("head: false", StringComparison.Ordinal) ? Body((ModelSpec.Sequential)spec.Model, whole) : whole;
    }

    /// <summary>Without the layer that the spec has behind it.</summary>
    private static LayerStack Body(ModelSpec.Sequential model, nn.Module<Tensor, Tensor> whole)
    {
        var stack = (LayerStack)whole;
        var count = stack.Layers.Count - 1;
        return new([.. stack.Layers.Take(count)], [.. stack.Specs.Take(count)], [.. stack.Inputs.Take(count)],
            [.. Enumerable.Range(0, count).Select(model.NameOf)]);
    }

    private static void Fill(IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGrad = no_grad();
        var stream = 0;
        foreach (var (name, tensor) in state.Where(entry => entry.Value.dtype == ScalarType.Float32))
        {
            var scale = tensor.dim() == 1 ? 0.1 : Math.Sqrt(3.0 / (tensor.numel() / tensor.shape[0]));
            var aroundOne = name.EndsWith("running_var", StringComparison.Ordinal) || (tensor.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal));
            using var scope = NewDisposeScope();
            tensor.copy_(Values(tensor.shape, stream++, scale, aroundOne ? 1 : 0));
        }
    }

    /// <summary>As <c>values</c> in networks.py.</summary>
    private static Tensor Values(long[] shape, long stream, double scale, double shift)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (long i = 0; i < values.Length; i++)
        {
            var place = ((i * 7919) + (i % 97 * 31) + (stream * 104729)) % 2003;
            values[i] = (float)((((place / 1001.0) - 1) * scale) + shift);
        }

        return tensor(values).reshape(shape);
    }

    private static double[] Summed(Tensor tensor)
    {
        var values = Floats(tensor);
        return [values.Sum(value => (double)value), values.Sum(value => Math.Abs((double)value)), values[0], values[^1]];
    }

    private static float[] Floats(Tensor tensor)
    {
        using var whole = tensor.detach().contiguous();
        return MemoryMarshal.Cast<byte, float>(whole.bytes).ToArray();
    }
}
