using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.Models.Layers;
using static Sheaf.Training.Onnx.OnnxGraph;

namespace Sheaf.Training.Onnx;

/// <summary>Linear layers, and what reads sequences, as nodes of ONNX.</summary>
internal sealed class OnnxSequences(OnnxGraph graph)
{
    /// <summary>Of a vector, or of each place of a sequence.</summary>
    /// <param name="dimensions">Of one sample.</param>
    public string Linear(string x, int dimensions, string weight, string? bias)
    {
        if (dimensions == 1)
        {
            string[] inputs = bias is null ? [x, graph.Weight(weight)] : [x, graph.Weight(weight), graph.Weight(bias)];
            return graph.Add("Gemm", inputs, Int("transB", 1));
        }

        var product = graph.Add("MatMul", [x, graph.Add("Transpose", [graph.Weight(weight)], Ints("perm", 1, 0))]);
        return bias is null ? product : graph.Add("Add", [product, graph.Weight(bias)]);
    }

    /// <param name="axis">The first dimension that is normalised over.</param>
    public string LayerNorm(string x, string name, long axis, double epsilon) => graph.Add(
        "LayerNormalization", [x, graph.Weight($"{name}.weight"), graph.Weight($"{name}.bias")], Int("axis", axis), Float("epsilon", epsilon));

    /// <summary>x / 2 times 1 + erf(x / sqrt 2).</summary>
    public string Gelu(string x)
    {
        var error = graph.Add("Erf", [graph.Add("Div", [x, graph.Constant(MathF.Sqrt(2))])]);
        return graph.Add("Mul", [graph.Add("Mul", [x, graph.Constant(0.5f)]), graph.Add("Add", [error, graph.Constant(1)])]);
    }

    public string Positions(LayerSpec.PositionalEmbedding spec, IReadOnlyList<int> shape, string name) => spec.Kind == PositionKind.Learned
        ? graph.Weight($"{name}.weight")
        : graph.Constant(PositionalEmbeddingLayer.Sines(shape[0], shape[1]), [shape[0], shape[1]]);

    public string Attention(string x, LayerSpec.MultiHeadAttention spec, IReadOnlyList<int> shape, string name)
    {
        var (length, width) = (shape[0], shape[1]);
        var part = width / spec.Heads;
        var joined = Linear(x, 2, $"{name}.in_proj_weight", spec.Bias ? $"{name}.in_proj_bias" : null);
        var apart = graph.Add("Transpose", [graph.Add("Reshape", [joined, graph.Constant([0, 0, 3, spec.Heads, part])])], Ints("perm", 2, 0, 3, 1, 4));
        var (query, key, value) = (Part(0), Part(1), Part(2));
        var scaled = graph.Add("Mul", [query, graph.Constant((float)(1 / Math.Sqrt(part)))]);
        var scores = graph.Add("MatMul", [scaled, graph.Add("Transpose", [key], Ints("perm", 0, 1, 3, 2))]);
        if (spec.Causal)
        {
            var hidden = new float[length * length];
            for (var i = 0; i < hidden.Length; i++)
            {
                hidden[i] = i % length > i / length ? float.NegativeInfinity : 0;
            }

            scores = graph.Add("Add", [scores, graph.Constant(hidden, [length, length])]);
        }

        var seen = graph.Add("MatMul", [graph.Add("Softmax", [scores], Int("axis", -1)), value]);
        var together = graph.Add("Reshape", [graph.Add("Transpose", [seen], Ints("perm", 0, 2, 1, 3)), graph.Constant([0, 0, width])]);
        return Linear(together, 2, $"{name}.out_proj.weight", spec.Bias ? $"{name}.out_proj.bias" : null);

        string Part(int which) => graph.Add("Gather", [apart, graph.Index(which)], Int("axis", 0));
    }

    public string Transformer(string x, LayerSpec.TransformerBlock spec, IReadOnlyList<int> shape, string name)
    {
        if (spec.NormFirst)
        {
            x = graph.Add("Add", [x, Attention(Norm(x, 1), spec.Attention, shape, $"{name}.self_attn")]);
            return graph.Add("Add", [x, Wide(Norm(x, 2))]);
        }

        x = Norm(graph.Add("Add", [x, Attention(x, spec.Attention, shape, $"{name}.self_attn")]), 1);
        return Norm(graph.Add("Add", [x, Wide(x)]), 2);

        string Norm(string of, int which) => LayerNorm(of, $"{name}.norm{which}", -1, spec.Epsilon);

        string Wide(string of)
        {
            var wide = Linear(of, 2, $"{name}.linear1.weight", $"{name}.linear1.bias");
            wide = spec.Activation == Activation.Gelu ? Gelu(wide) : graph.Add("Relu", [wide]);
            return Linear(wide, 2, $"{name}.linear2.weight", $"{name}.linear2.bias");
        }
    }

    /// <summary>ONNX has the places first, both directions in one node, and the gates in another order than PyTorch.</summary>
    public string Recurrent(string x, LayerSpec.Recurrent spec, IReadOnlyList<int> shape, string name)
    {
        var (type, order) = spec is LayerSpec.Lstm ? ("LSTM", new[] { 0, 3, 1, 2 }) : ("GRU", [1, 0, 2]);
        var states = graph.Add("Transpose", [x], Ints("perm", 1, 0, 2));
        var last = "";
        foreach (var layer in spec.Parts(shape[1]).Chunk(spec.Directions))
        {
            var (all, end) = (graph.Fresh(), graph.Fresh());
            var rows = spec.Gates * spec.Hidden;
            List<string> inputs =
            [
                states,
                Stacked(layer.Select(part => $"{name}.weight_ih_{part.Suffix}"), [spec.Directions, rows, layer[0].Inputs]),
                Stacked(layer.Select(part => $"{name}.weight_hh_{part.Suffix}"), [spec.Directions, rows, spec.Hidden]),
                .. spec.Bias
                    ? [Stacked(
                        layer.SelectMany(part => new[] { $"{name}.bias_ih_{part.Suffix}", $"{name}.bias_hh_{part.Suffix}" }), [spec.Directions, 2 * rows])]
                    : Array.Empty<string>(),
            ];
            List<Format.AttributeProto> attributes = [Int("hidden_size", spec.Hidden), Text("direction", spec.Bidirectional ? "bidirectional" : "forward")];
            attributes.AddRange(type == "GRU" ? [Int("linear_before_reset", 1)] : []);
            graph.Add(type, inputs, [all, end], [.. attributes]);
            states = graph.Add("Reshape", [graph.Add("Transpose", [all], Ints("perm", 0, 2, 1, 3)), graph.Constant([0, 0, spec.Directions * spec.Hidden])]);
            last = end;
        }

        return spec.Output == SequenceOutput.Sequence
            ? graph.Add("Transpose", [states], Ints("perm", 1, 0, 2))
            : graph.Add("Reshape", [graph.Add("Transpose", [last], Ints("perm", 1, 0, 2)), graph.Constant([0, spec.Directions * spec.Hidden])]);

        string Stacked(IEnumerable<string> weights, long[] dimensions) =>
            graph.Constant([.. weights.SelectMany(weight => Reordered(graph.Values(weight), order))], dimensions);
    }

    /// <summary>Gates one below the other, in another order.</summary>
    private static IEnumerable<float> Reordered(float[] values, int[] order)
    {
        var size = values.Length / order.Length;
        return order.SelectMany(gate => values.Skip(gate * size).Take(size));
    }
}
