using Sheaf.Specs;
using Sheaf.Specs.Layers;
using static Sheaf.Training.Onnx.OnnxGraph;

namespace Sheaf.Training.Onnx;

/// <summary>Each layer of a spec as nodes of ONNX, as it computes in evaluation: dropout passes everything on.</summary>
internal sealed class OnnxLayers(OnnxGraph graph)
{
    private readonly List<string> _problems = [];
    private readonly OnnxSequences _sequences = new(graph);

    /// <summary>Layers that have no form in ONNX: where they stand, and their names.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <param name="x">What goes in.</param>
    /// <param name="shape">Of one sample of it.</param>
    /// <param name="name">What the names of its weights begin with.</param>
    /// <param name="place">What messages call it.</param>
    /// <returns>What comes out.</returns>
    public string Add(LayerSpec layer, string x, IReadOnlyList<int> shape, string name, string place) => layer switch
    {
        LayerSpec.Linear s => _sequences.Linear(x, shape.Count, $"{name}.weight", s.Bias ? $"{name}.bias" : null),
        LayerSpec.Conv2d s => Conv(
            "Conv", x, name, s.Bias, s.Kernel, s.Stride, s.Padding, 2, Int("group", s.Groups), Ints("dilations", s.Dilation, s.Dilation)),
        LayerSpec.Conv1d s => Conv("Conv", x, name, s.Bias, s.Kernel, s.Stride, s.Padding, 1, Int("group", s.Groups), Ints("dilations", s.Dilation)),
        LayerSpec.ConvTranspose2d s => Conv(
            "ConvTranspose", x, name, s.Bias, s.Kernel, s.Stride, s.Padding, 2, Int("group", 1), Ints("output_padding", s.OutputPadding, s.OutputPadding)),
        LayerSpec.MaxPool s => graph.Add("MaxPool", [x], [.. Window(s.Kernel, s.Stride ?? s.Kernel, s.Padding, 2)]),
        LayerSpec.AvgPool s => graph.Add("AveragePool", [x], [.. Window(s.Kernel, s.Stride ?? s.Kernel, s.Padding, 2), Int("count_include_pad", 1)]),
        LayerSpec.AdaptiveAvgPool s => AdaptiveAvgPool(x, s.Size, shape),
        LayerSpec.BatchNorm s => graph.Add(
            "BatchNormalization", [x, .. new[] { "weight", "bias", "running_mean", "running_var" }.Select(each => graph.Weight($"{name}.{each}"))],
            Float("epsilon", s.Epsilon)),
        LayerSpec.LayerNorm s => _sequences.LayerNorm(x, name, 1, s.Epsilon),
        LayerSpec.GroupNorm s => GroupNorm(x, s, shape, name),
        LayerSpec.Embedding => graph.Add(
            "Gather", [graph.Weight($"{name}.weight"), x == "input" ? x : graph.Add("Cast", [x], Int("to", 7))], Int("axis", 0)),
        LayerSpec.PositionalEmbedding s => graph.Add("Add", [x, _sequences.Positions(s, shape, name)]),
        LayerSpec.Recurrent s => _sequences.Recurrent(x, s, shape, name),
        LayerSpec.MultiHeadAttention s => _sequences.Attention(x, s, shape, name),
        LayerSpec.TransformerBlock s => _sequences.Transformer(x, s, shape, name),
        LayerSpec.SequencePool s => s.By switch
        {
            SequencePooling.Mean => graph.Add("ReduceMean", [x], Ints("axes", 1), Int("keepdims", 0)),
            SequencePooling.Max => graph.Add("ReduceMax", [x], Ints("axes", 1), Int("keepdims", 0)),
            _ => graph.Add("Gather", [x, graph.Index(s.By == SequencePooling.Last ? shape[0] - 1 : 0)], Int("axis", 1)),
        },
        LayerSpec.Dropout or LayerSpec.Dropout2d => x,
        LayerSpec.Flatten => graph.Add("Flatten", [x], Int("axis", 1)),
        LayerSpec.Reshape s => graph.Add("Reshape", [x, graph.Constant([0, .. s.Shape.Select(size => (long)size)])]),
        LayerSpec.Columns s => graph.Add(
            "Gather", [x, graph.Constant([.. Enumerable.Range(s.From, s.To - s.From + 1).Select(column => (long)column)])], Int("axis", 1)),
        LayerSpec.Branches s => Branches(x, s, shape, name, place),
        LayerSpec.Relu => graph.Add("Relu", [x]),
        LayerSpec.Relu6 => graph.Add("Clip", [x, graph.Constant(0), graph.Constant(6)]),
        LayerSpec.LeakyRelu s => graph.Add("LeakyRelu", [x], Float("alpha", s.NegativeSlope)),
        LayerSpec.Elu s => graph.Add("Elu", [x], Float("alpha", s.Alpha)),
        LayerSpec.Gelu => _sequences.Gelu(x),
        LayerSpec.Silu => graph.Add("Mul", [x, graph.Add("Sigmoid", [x])]),
        LayerSpec.Softplus s => graph.Add(
            "Div", [graph.Add("Softplus", [graph.Add("Mul", [x, graph.Constant((float)s.Beta)])]), graph.Constant((float)s.Beta)]),
        LayerSpec.Tanh => graph.Add("Tanh", [x]),
        LayerSpec.Sigmoid => graph.Add("Sigmoid", [x]),
        LayerSpec.Softmax => graph.Add("Softmax", [x], Int("axis", -1)),
        LayerSpec.LogSoftmax => graph.Add("LogSoftmax", [x], Int("axis", -1)),
        _ => Refused(x, $"{place} {layer.Name}"),
    };

    private string Refused(string x, string layer)
    {
        _problems.Add(layer);
        return x;
    }

    private string Conv(
        string type, string x, string name, bool bias, int kernel, int stride, int padding, int dimensions, params ReadOnlySpan<Format.AttributeProto> more)
    {
        string[] inputs = bias ? [x, graph.Weight($"{name}.weight"), graph.Weight($"{name}.bias")] : [x, graph.Weight($"{name}.weight")];
        return graph.Add(type, inputs, [.. Window(kernel, stride, padding, dimensions), .. more]);
    }

    private static Format.AttributeProto[] Window(int kernel, int stride, int padding, int dimensions)
    {
        long[] Each(long value, int times) => [.. Enumerable.Repeat(value, times)];
        return
        [
            Ints("kernel_shape", Each(kernel, dimensions)), Ints("strides", Each(stride, dimensions)), Ints("pads", Each(padding, 2 * dimensions)),
        ];
    }

    /// <summary>ONNX has none of it; means over windows are products with a matrix from either side.</summary>
    private string AdaptiveAvgPool(string x, int size, IReadOnlyList<int> shape)
    {
        if (size == 1)
        {
            return graph.Add("GlobalAveragePool", [x]);
        }

        var rows = graph.Constant(Means(shape[1]), [size, shape[1]]);
        var columns = graph.Add("Transpose", [graph.Constant(Means(shape[2]), [size, shape[2]])], Ints("perm", 1, 0));
        return graph.Add("MatMul", [rows, graph.Add("MatMul", [x, columns])]);

        // PyTorch's windows: from the floor of i l / s to the ceiling of (i + 1) l / s.
        float[] Means(int length)
        {
            var values = new float[size * length];
            for (var i = 0; i < size; i++)
            {
                var (first, end) = (i * length / size, (((i + 1) * length) + size - 1) / size);
                values.AsSpan((i * length) + first, end - first).Fill(1f / (end - first));
            }

            return values;
        }
    }

    /// <summary>Each group as a channel of an instance norm, which ONNX has for whole channels.</summary>
    private string GroupNorm(string x, LayerSpec.GroupNorm s, IReadOnlyList<int> shape, string name)
    {
        var ones = graph.Constant([.. Enumerable.Repeat(1f, s.Groups)], [s.Groups]);
        var zeros = graph.Constant(new float[s.Groups], [s.Groups]);
        var grouped = graph.Add("Reshape", [x, graph.Constant([0, s.Groups, -1])]);
        var normal = graph.Add("InstanceNormalization", [grouped, ones, zeros], Float("epsilon", s.Epsilon));
        var whole = graph.Add("Reshape", [normal, graph.Constant([0, .. shape.Select(size => (long)size)])]);
        return graph.Add("Add", [graph.Add("Mul", [whole, Spread("weight")]), Spread("bias")]);

        string Spread(string what) => shape.Count == 1 ? graph.Weight($"{name}.{what}")
            : graph.Add("Reshape", [graph.Weight($"{name}.{what}"), graph.Constant([shape[0], .. Enumerable.Repeat(1L, shape.Count - 1)])]);
    }

    private string Branches(string x, LayerSpec.Branches branches, IReadOnlyList<int> shape, string name, string place)
    {
        var results = branches.Inside.Select(path => Path(x, path, shape, name, place)).ToList();
        var joined = results.Count == 1 ? results[0]
            : branches.Joining == Joining.Concatenate ? graph.Add("Concat", results, Int("axis", 1))
            : results.Aggregate((sum, each) => graph.Add("Add", [sum, each]));
        return branches.IsRectified ? graph.Add("Relu", [joined]) : joined;
    }

    private string Path(string x, LayerPath path, IReadOnlyList<int> shape, string name, string place)
    {
        for (var i = 0; i < path.Layers.Count; i++)
        {
            x = Add(path.Layers[i], x, shape, $"{name}.{path.NameOf(i)}", $"{place} {path.PlaceOf(i)}");
            shape = path.Layers[i].Plan(shape).Shape;
        }

        return x;
    }
}
