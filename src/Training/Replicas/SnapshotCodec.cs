using System.Runtime.InteropServices;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// A replica's state as named arrays, and back. Weights have PyTorch's names; the optimizer's are <c>PARAMETER.momentum_buffer</c>, <c>PARAMETER.exp_avg</c>,
/// <c>PARAMETER.exp_avg_sq</c> and <c>PARAMETER.step</c> (a float, as in PyTorch). Where an average of the weights is kept, the weights are the average, and
/// those that training goes on with are <c>PARAMETER.trained</c> beside the optimizer's.
/// </summary>
internal static class SnapshotCodec
{
    private const string StepName = "step";
    private const string TrainedName = "trained";

    /// <param name="average">What is given in place of the weights; null: they themselves.</param>
    public static IReadOnlyList<NamedArray> Weights(FlatModel model, WeightAverage? average)
    {
        average?.Swap(model.Weights);
        NamedArray[] arrays =
            [.. model.State.Select(entry => new NamedArray(entry.Name, TypeOf(entry.Tensor), entry.Tensor.shape, entry.Tensor.bytes.ToArray()))];
        average?.Swap(model.Weights);
        return arrays;
    }

    /// <param name="withTrained">The weights are given as well, as there is an average in their place.</param>
    public static IReadOnlyList<NamedArray> Optimizer(FlatModel model, FlatOptimizer optimizer, bool withTrained)
    {
        var arrays = new List<NamedArray>();
        foreach (var slot in model.Parameters)
        {
            if (optimizer.CountsSteps)
            {
                arrays.Add(new($"{slot.Name}.{StepName}", ArrayType.Float32, [], BitConverter.GetBytes((float)optimizer.Steps)));
            }

            foreach (var (name, values) in optimizer.State)
            {
                arrays.Add(new($"{slot.Name}.{name}", ArrayType.Float32, slot.Shape, MemoryMarshal.AsBytes(values.AsSpan(slot.Offset, slot.Count)).ToArray()));
            }

            if (withTrained)
            {
                var trained = model.Weights.Slice(slot.Offset, slot.Count);
                arrays.Add(new($"{slot.Name}.{TrainedName}", ArrayType.Float32, slot.Shape, MemoryMarshal.AsBytes(trained).ToArray()));
            }
        }

        return arrays;
    }

    /// <exception cref="InvalidOperationException">An array is missing, superfluous, or of another type or shape; the message names them all.</exception>
    public static void Restore(CheckpointSnapshot from, FlatModel model, FlatOptimizer optimizer, WeightAverage? average)
    {
        var problems = new List<string>();
        var weights = CopyWeights(from.Weights, model, problems);
        var state = from.Optimizer.ToDictionary(array => array.Name);
        foreach (var slot in model.Parameters)
        {
            if (optimizer.CountsSteps && Find(state, $"{slot.Name}.{StepName}", ArrayType.Float32, [], problems) is { } steps)
            {
                optimizer.Restore((long)BitConverter.ToSingle(steps.Data.Span));
            }

            foreach (var (name, values) in optimizer.State)
            {
                if (Find(state, $"{slot.Name}.{name}", ArrayType.Float32, slot.Shape, problems) is { } array)
                {
                    MemoryMarshal.Cast<byte, float>(array.Data.Span).CopyTo(values.AsSpan(slot.Offset));
                }
            }

            if (average is not null && Find(state, $"{slot.Name}.{TrainedName}", ArrayType.Float32, slot.Shape, problems) is { } trained)
            {
                MemoryMarshal.Cast<byte, float>(trained.Data.Span).CopyTo(average.Values[slot.Offset..]);
            }
        }

        // The weights that were read are the average.
        average?.Swap(model.Weights);
        problems.AddRange(weights.Keys.Concat(state.Keys).Select(name => $"'{name}' is in the checkpoint, but not in the model or its optimizer"));
        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"The checkpoint of step {from.Step} does not fit the spec: {string.Join("; ", problems)}.");
        }
    }

    /// <summary>Replaces parameters and buffers; the optimizer's state stays as it is.</summary>
    /// <exception cref="InvalidOperationException">An array is missing, superfluous, or of another type or shape; the message names them all.</exception>
    public static void RestoreWeights(IReadOnlyList<NamedArray> from, FlatModel model)
    {
        var problems = new List<string>();
        problems.AddRange(CopyWeights(from, model, problems).Keys.Select(name => $"'{name}' is not in the model").ToArray());
        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"The weights do not fit the spec: {string.Join("; ", problems)}.");
        }
    }

    /// <summary>Gives what is left over.</summary>
    private static Dictionary<string, NamedArray> CopyWeights(IReadOnlyList<NamedArray> from, FlatModel model, List<string> problems)
    {
        var weights = from.ToDictionary(array => array.Name);
        foreach (var (name, tensor) in model.State)
        {
            if (Find(weights, name, TypeOf(tensor), tensor.shape, problems) is { } array)
            {
                array.Data.Span.CopyTo(tensor.bytes);
            }
        }

        return weights;
    }

    private static NamedArray? Find(Dictionary<string, NamedArray> arrays, string name, ArrayType type, long[] shape, List<string> problems)
    {
        if (!arrays.Remove(name, out var array))
        {
            problems.Add($"'{name}' is missing");
            return null;
        }

        if (array.Type == type && array.Shape.SequenceEqual(shape))
        {
            return array;
        }

        problems.Add($"'{name}' is {array.Type} [{string.Join(", ", array.Shape)}], not {type} [{string.Join(", ", shape)}]");
        return null;
    }

    private static ArrayType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => ArrayType.Float32,
        ScalarType.Float64 => ArrayType.Float64,
        ScalarType.Int64 => ArrayType.Int64,
        ScalarType.Int32 => ArrayType.Int32,
        ScalarType.Byte => ArrayType.UInt8,
        ScalarType.Bool => ArrayType.Bool,
        var type => throw new NotSupportedException($"A model's tensor of type {type} cannot be checkpointed."),
    };
}
