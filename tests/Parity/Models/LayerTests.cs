using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Tests.Parity.Models;

/// <summary>Result, gradients and state of each layer of the spec beside the module of torch.nn that it is named after, with the same weights.</summary>
public sealed class LayerTests
{
    private const int Samples = 5;

    /// <summary>
    /// As it stands in a spec; the shape of a sample; the same in PyTorch, where the state must have the same names; what dropout does is no case of chance
    /// in evaluation.
    /// </summary>
    internal static readonly (string Spec, int[] Input, string PyTorch, bool Train)[] Cases =
    [
        ("{ linear: 4 }", [6], "Linear(6, 4)", true),
        ("{ linear: { out: 4, bias: false } }", [6], "Linear(6, 4, bias=False)", true),
        ("{ linear: 4 }", [5, 6], "Linear(6, 4)", true),
        ("{ linear: { out: 4, bias: false } }", [5, 6], "Linear(6, 4, bias=False)", true),
        ("{ conv2d: { out: 4, kernel: 3 } }", [2, 6, 7], "Conv2d(2, 4, 3)", true),
        (
            "{ conv2d: { out: 4, kernel: 3, stride: 2, padding: 2, bias: false, groups: 2, dilation: 2 } }", [2, 6, 7],
            "Conv2d(2, 4, 3, stride=2, padding=2, bias=False, groups=2, dilation=2)", true),
        ("{ conv1d: { out: 4, kernel: 3 } }", [2, 9], "Conv1d(2, 4, 3)", true),
        (
            "{ conv1d: { out: 4, kernel: 3, stride: 2, padding: 2, bias: false, groups: 2, dilation: 2 } }", [2, 9],
            "Conv1d(2, 4, 3, stride=2, padding=2, bias=False, groups=2, dilation=2)", true),
        ("{ conv_transpose2d: { out: 4, kernel: 3 } }", [2, 4, 5], "ConvTranspose2d(2, 4, 3)", true),
        (
            "{ conv_transpose2d: { out: 4, kernel: 3, stride: 3, padding: 1, output_padding: 2, bias: false } }", [2, 4, 5],
            "ConvTranspose2d(2, 4, 3, stride=3, padding=1, output_padding=2, bias=False)", true),
        ("{ max_pool: { kernel: 3, stride: 2, padding: 1 } }", [2, 6, 7], "MaxPool2d(3, stride=2, padding=1)", true),
        ("{ avg_pool: { kernel: 3, stride: 2, padding: 1 } }", [2, 6, 7], "AvgPool2d(3, stride=2, padding=1)", true),
        ("adaptive_avg_pool", [2, 6, 7], "AdaptiveAvgPool2d(1)", true),
        ("{ adaptive_avg_pool: { size: 2 } }", [2, 6, 8], "AdaptiveAvgPool2d(2)", true),
        ("{ adaptive_avg_pool: { size: 4 } }", [2, 6, 7], "AdaptiveAvgPool2d(4)", true),
        ("{ batch_norm: { epsilon: 0.01, momentum: 0.3 } }", [2, 6, 7], "BatchNorm2d(2, eps=0.01, momentum=0.3)", true),
        ("batch_norm", [6], "BatchNorm1d(6)", false),
        ("layer_norm", [6], "LayerNorm(6)", true),
        ("{ layer_norm: { epsilon: 0.01 } }", [2, 6, 7], "LayerNorm([2, 6, 7], eps=0.01)", true),
        ("{ group_norm: 2 }", [6, 3, 3], "GroupNorm(2, 6)", true),
        ("{ group_norm: { groups: 3, epsilon: 0.01 } }", [6], "GroupNorm(3, 6, eps=0.01)", true),
        ("{ dropout: { probability: 0.5 } }", [6], "Dropout(0.5)", false),
        ("{ dropout2d: { probability: 0.5 } }", [2, 6, 7], "Dropout2d(0.5)", false),
        ("flatten", [2, 6, 7], "Flatten()", true),
        ("{ reshape: { shape: [2, 3, 4] } }", [24], "Unflatten(1, (2, 3, 4))", true),
        ("{ columns: { from: 1, to: 3 } }", [6], "Pooled(lambda x: x[:, 1:4])", true),
        ("{ columns: { to: 2 } }", [6], "Pooled(lambda x: x[:, :3])", true),
        ("{ residual: { layers: [ { conv2d: { out: 2, kernel: 3, padding: 1 } }, batch_norm, relu ] } }", [2, 6, 7],
            "Residual([Conv2d(2, 2, 3, padding=1), BatchNorm2d(2), ReLU()])", true),
        ("{ residual: { layers: [ relu, { conv2d: { out: 4, kernel: 3, stride: 2, padding: 1 } }, batch_norm ], shortcut: [ { conv2d: { out: 4, kernel: "
            + "1, stride: 2 } } ] } }",
            [2, 6, 7], "Residual([ReLU(), Conv2d(2, 4, 3, stride=2, padding=1), BatchNorm2d(4)], [Conv2d(2, 4, 1, stride=2)])", true),
        ("{ parallel: { branches: [ [ { conv2d: { out: 3, kernel: 1 } } ], [ { conv2d: { out: 2, kernel: 3, padding: 1 } }, batch_norm, relu ], [] ] } }",
            [2, 6, 7], "Parallel([[Conv2d(2, 3, 1)], [Conv2d(2, 2, 3, padding=1), BatchNorm2d(2), ReLU()], []])", true),
        ("{ parallel: { branches: [ [ { linear: 4 } ], [ { linear: 4 }, tanh ] ], join: sum } }", [6],
            "Parallel([[Linear(6, 4)], [Linear(6, 4), Tanh()]], sum_of=True)", true),
        ("{ embedding: { count: 9, width: 4 } }", [7], "Tokens(9, 4)", true),
        ("positional_embedding", [5, 4], "Positions(5, 4)", true),
        ("{ positional_embedding: { kind: sinusoidal } }", [5, 7], "Positions(5, 7, sines=True)", true),
        ("{ lstm: { hidden: 4 } }", [5, 3], "Last(LSTM, 3, 4)", true),
        ("{ lstm: { hidden: 4, layers: 2, bidirectional: true, dropout: 0.5 } }", [5, 3],
            "Last(LSTM, 3, 4, num_layers=2, bidirectional=True, dropout=0.5)", false),
        ("{ lstm: { hidden: 4, layers: 3, bias: false, output: sequence } }", [5, 3], "Whole(LSTM, 3, 4, num_layers=3, bias=False)", true),
        ("{ gru: { hidden: 4 } }", [5, 3], "Last(GRU, 3, 4)", true),
        ("{ gru: { hidden: 4, layers: 2, bidirectional: true, dropout: 0.5, output: sequence } }", [5, 3],
            "Whole(GRU, 3, 4, num_layers=2, bidirectional=True, dropout=0.5)", false),
        ("{ gru: { hidden: 4, bias: false, bidirectional: true } }", [5, 3], "Last(GRU, 3, 4, bias=False, bidirectional=True)", true),
        ("{ multi_head_attention: { heads: 2 } }", [5, 6], "SelfAttention(6, 2)", true),
        ("{ multi_head_attention: { heads: 3, causal: true, bias: false, dropout: 0.4 } }", [5, 6], "SelfAttention(6, 3, True, bias=False, dropout=0.4)",
            false),
        ("{ transformer_block: { heads: 2, dropout: 0 } }", [5, 6], "Encoder(6, 2, 24)", true),
        ("{ transformer_block: { heads: 3, causal: true, feedforward: 7, dropout: 0, activation: gelu, norm_first: true, epsilon: 0.01 } }", [5, 6],
            "Encoder(6, 3, 7, True, activation='gelu', norm_first=True, layer_norm_eps=0.01)", true),
        ("sequence_pool", [5, 6], "Pooled(lambda x: x.mean(1))", true),
        ("{ sequence_pool: { by: max } }", [5, 6], "Pooled(lambda x: x.max(1).values)", true),
        ("{ sequence_pool: last }", [5, 6], "Pooled(lambda x: x[:, -1])", true),
        ("{ sequence_pool: first }", [5, 6], "Pooled(lambda x: x[:, 0])", true),
        ("relu", [6], "ReLU()", true),
        ("relu6", [6], "ReLU6()", true),
        ("leaky_relu", [6], "LeakyReLU()", true),
        ("{ leaky_relu: { negative_slope: 0.3 } }", [6], "LeakyReLU(0.3)", true),
        ("elu", [6], "ELU()", true),
        ("{ elu: { alpha: 0.4 } }", [6], "ELU(0.4)", true),
        ("gelu", [6], "GELU()", true),
        ("silu", [6], "SiLU()", true),
        ("softplus", [6], "Softplus()", true),
        ("{ softplus: { beta: 3 } }", [6], "Softplus(3)", true),
        ("tanh", [6], "Tanh()", true),
        ("sigmoid", [6], "Sigmoid()", true),
        ("softmax", [6], "Softmax(1)", true),
        ("log_softmax", [6], "LogSoftmax(1)", true),
        ("softmax", [5, 6], "Softmax(2)", true),
        ("log_softmax", [5, 6], "LogSoftmax(2)", true),
    ];

    [Fact]
    public void Table_CoversEveryLayerAndOptionOfTheSpec() => KnownToTheSpec.AssertAllIn("model.layers", Cases.Select(c => c.Spec));

    [Fact]
    public async Task ResultGradientsAndState_ArePyTorchs()
    {
        var ours = new List<(float[] Output, float[] Gradient, Dictionary<string, float[]> Gradients, Dictionary<string, float[]> After)>();
        var inputs = new List<object>();
        foreach (var (text, shape, torch, train) in Cases)
        {
            using var scope = NewDisposeScope();
            var spec = Spec(text, shape);
            var layer = Layer(spec, shape);
            var state = new Dictionary<string, object>();
            using (no_grad())
            {
                foreach (var (name, tensor) in layer.state_dict().Where(entry => entry.Value.dtype == ScalarType.Float32))
                {
                    tensor.copy_(Values(tensor.shape, name.Length + 10, name.EndsWith("var", StringComparison.Ordinal) ? 2 : 0));
                    state[name] = new { shape = tensor.shape, values = Floats(tensor) };
                }
            }

            layer.train(train);
            var input = Values([Samples, .. shape.Select(size => (long)size)], 1);
            input = (spec is LayerSpec.Embedding embedding ? input.add(1).mul(embedding.Count / 2.0).floor() : input).requires_grad_();
            var output = layer.forward(input);
            var up = Values(output.shape, 2);
            inputs.Add(new { torch, train, shape = input.shape, input = Floats(input), up = Floats(up), state });
            output.backward([up]);
            ours.Add((
                Floats(output),
                input.grad is { } gradient ? Floats(gradient) : [],
                layer.named_parameters().ToDictionary(p => p.name, p => Floats(p.parameter.grad!)),
                layer.named_buffers().Where(b => b.buffer.dtype == ScalarType.Float32).ToDictionary(b => b.name, b => Floats(b.buffer))));
        }

        var theirs = await Python.RunAsync("Models/layers.py", inputs);
        foreach (var (their, (our, (text, _, _, _))) in theirs.EnumerateArray().Zip(ours.Zip(Cases)))
        {
            AssertNear(their.GetProperty("output"), our.Output, $"{text}: result");
            AssertNear(their.GetProperty("gradient"), our.Gradient, $"{text}: gradient of the input");
            Assert.Equal(their.GetProperty("gradients").EnumerateObject().Select(each => each.Name), our.Gradients.Keys);
            Assert.Equal(their.GetProperty("buffers").EnumerateObject().Select(each => each.Name), our.After.Keys);
            Assert.All(their.GetProperty("gradients").EnumerateObject(),
                each => AssertNear(each.Value, our.Gradients[each.Name], $"{text}: gradient of {each.Name}"));
            Assert.All(their.GetProperty("buffers").EnumerateObject(), each => AssertNear(each.Value, our.After[each.Name], $"{text}: {each.Name}"));
        }
    }

    private static void AssertNear(System.Text.Json.JsonElement theirs, float[] ours, string what)
    {
        Assert.Equal(theirs.GetArrayLength(), ours.Length);
        if (ours.Length == 0)
        {
            return;
        }

        var furthest = theirs.EnumerateArray().Zip(ours).Max(pair => Math.Abs(pair.First.GetSingle() - pair.Second) / Math.Max(1, Math.Abs(pair.Second)));
        Assert.True(furthest <= 5e-6, $"{what} is {furthest} off");
    }

    private static nn.Module<Tensor, Tensor> Layer(LayerSpec spec, int[] shape)
    {
        var experiment = KnownToTheSpec.Spec() with { Model = new ModelSpec.Sequential([spec]) };
        var walk = spec.Plan(shape);
        Assert.Null(walk.Problem);
        var plan = new ModelPlan { Inputs = [shape], Output = walk.Shape, Parameters = [], Buffers = [], Scalars = 1, Sums = 0, Digests = 0 };
        return ((LayerStack)ModelBuilder.Build(experiment, plan, new StepContext(1))).Layers[0];
    }

    internal static LayerSpec Spec(string text, int[] shape)
    {
        // Around it, what the parser asks of a model.
        var (before, rows) = shape.Length switch { 1 => ("flatten, ", 1), 2 => ($"{{ reshape: [{shape[0]}, {shape[1]}] }}, ", 1), _ => ("", 0) };
        var result = SpecParser.Parse(
            $$"""
            name: parity
            data:
              train: { format: idx, images: images, labels: labels }
            model: { layers: [ {{before}}{{text}}, flatten, { linear: 2 } ] }
            loss: cross_entropy
            optimizer: adam
            batch_size: 8
            """,
            "/data");
        return result.Spec is { Model: ModelSpec.Sequential sequential } ? sequential.Layers[rows] : throw new InvalidOperationException($"{text}: "
            + $"{string.Join("\n", result.Violations)}");
    }

    internal static float[] Floats(Tensor tensor)
    {
        using var whole = tensor.detach().contiguous();
        return MemoryMarshal.Cast<byte, float>(whole.bytes).ToArray();
    }

    /// <summary>From -1 to 1, and shifted.</summary>
    internal static Tensor Values(long[] shape, int stream, float shift = 0)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0, stream).Fill(values);
        return tensor(values.Select(value => (2 * value) - 1 + shift).ToArray()).reshape(shape);
    }
}
