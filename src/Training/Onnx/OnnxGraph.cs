using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Onnx.Format;

namespace Sheaf.Training.Onnx;

/// <summary>A graph that grows node by node. A value is known by its name.</summary>
/// <param name="weights">By name; those that a node asks for become the graph's.</param>
internal sealed class OnnxGraph(IReadOnlyDictionary<string, NamedArray> weights)
{
    private readonly GraphProto _graph = new() { Name = "model" };
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private int _values;

    /// <summary>A parameter or buffer of the model, under its own name.</summary>
    public string Weight(string name)
    {
        if (_taken.Add(name))
        {
            _graph.Initializer.Add(
                new TensorProto { Name = name, DataType = TensorProto.Types.DataType.Float, Dims = { weights[name].Shape }, RawData = Bytes(weights[name]) });
        }

        return name;
    }

    public bool Has(string weight) => weights.ContainsKey(weight);

    public float[] Values(string weight) => MemoryMarshal.Cast<byte, float>(weights[weight].Data.Span).ToArray();

    public string Constant(float value) => Constant([value], []);

    public string Constant(float[] values, long[] shape) => Constant(TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>A list of numbers, such as a shape.</summary>
    public string Constant(long[] values) => Constant(TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>A single number: the index of Gather.</summary>
    public string Index(long value) => Constant(TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes([value]), []);

    /// <summary>A node with one result.</summary>
    /// <param name="inputs">An empty name: an input that is left out.</param>
    /// <returns>The result's name.</returns>
    public string Add(string type, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var name = Fresh();
        Add(type, inputs, [name], attributes);
        return name;
    }

    /// <summary>A node with several results.</summary>
    /// <param name="outputs">Their names; an empty one: nobody wants it.</param>
    public void Add(string type, IEnumerable<string> inputs, IEnumerable<string> outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto
        {
            OpType = type, Name = $"{type}_{_graph.Node.Count.ToString(CultureInfo.InvariantCulture)}", Input = { inputs }, Output = { outputs },
        };
        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        _graph.Node.Add(node);
    }

    /// <summary>A name that no value has yet.</summary>
    public string Fresh() => $"value_{(_values++).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The whole: from the value <c>input</c> to <c>output</c>, which is the last node's result by another name.</summary>
    public GraphProto Finish(string result, bool integers, IReadOnlyList<int> input, IReadOnlyList<int> output)
    {
        Add("Identity", [result], ["output"]);
        _graph.Input.Add(Value("input", integers ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Float, input));
        _graph.Output.Add(Value("output", TensorProto.Types.DataType.Float, output));
        return _graph;
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values.ToArray() } };

    public static AttributeProto Float(string name, double value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private string Constant(TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        var name = $"constant_{_graph.Initializer.Count.ToString(CultureInfo.InvariantCulture)}";
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(bytes) });
        return name;
    }

    private static ByteString Bytes(NamedArray array) => array.Type == ArrayType.Float32
        ? ByteString.CopyFrom(array.Data.Span)
        : throw new ArgumentException($"'{array.Name}' is {array.Type}; a model's weights are Float32.", nameof(array));

    /// <summary>Of a number of samples that is left open.</summary>
    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, IReadOnlyList<int> shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "samples" });
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = dimensions } } };
    }
}
