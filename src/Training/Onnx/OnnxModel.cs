using Google.Protobuf;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Models;
using Sheaf.Training.Onnx.Format;

namespace Sheaf.Training.Onnx;

/// <summary>
/// A trained stack of layers, or a named network, as an ONNX file (opset 17): from the value <c>input</c>, [samples, ...] as the model gets rows after the
/// spec's transforms, to <c>output</c>, what the model gives in evaluation. Weights have their names of the checkpoint.
/// </summary>
public static class OnnxModel
{
    private const int Opset = 17;
    private const int IrVersion = 8;

    /// <summary>Of a message of protobuf there can be 2 GiB; the rest of it is small.</summary>
    private const long MaxBytes = int.MaxValue - (16 << 20);

    /// <summary>Does not close <paramref name="stream"/>.</summary>
    /// <param name="plan">Of the spec's model for its data.</param>
    /// <param name="weights">Parameters and buffers, by the names of the plan.</param>
    /// <exception cref="NotSupportedException">What the model is made of has no form in ONNX: every such layer, by name.</exception>
    public static void Write(Stream stream, ExperimentSpec spec, ModelPlan plan, IReadOnlyList<NamedArray> weights)
    {
        if (spec.Model is not ModelSpec.Sequential model)
        {
            throw new NotSupportedException(
                $"The model is {spec.Model.UserName}, code of its own, which ONNX cannot hold; export its weights as pt or safetensors.");
        }

        if (weights.Sum(each => (long)each.Data.Length) is > MaxBytes and var bytes)
        {
            throw new NotSupportedException($"The weights take {bytes:N0} bytes, and an ONNX file holds {MaxBytes:N0}; export them as pt or safetensors.");
        }

        var graph = new OnnxGraph(weights.ToDictionary(each => each.Name, StringComparer.Ordinal));
        var layers = new OnnxLayers(graph);
        var result = "input";
        for (var i = 0; i < model.Layers.Count; i++)
        {
            result = layers.Add(model.Layers[i], result, plan.Inputs[i], model.NameOf(i), model.PlaceOf(i));
        }

        if (layers.Problems.Count > 0)
        {
            throw new NotSupportedException(
                $"These layers cannot be written as ONNX: {string.Join(", ", layers.Problems)}. Export the weights as pt or safetensors.");
        }

        var file = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Sheaf",
            ProducerVersion = typeof(OnnxModel).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = graph.Finish(result, model.Layers is [LayerSpec.Embedding, ..], plan.Inputs[0], plan.Output),
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        file.WriteTo(stream);
    }
}
