using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>
/// A module whose parameters are views into one buffer, and whose float buffers are views into another, each tensor at a multiple of 64 bytes. A gradient has the parameters' layout:
/// what autograd leaves behind is collected into one flat buffer of the caller's, so a reduction touches one span and the optimizer is one pass. Nothing is reallocated during a run.
/// </summary>
internal sealed class FlatModel : IDisposable
{
    private readonly Tensor _weights;
    private readonly Tensor _buffers;
    private readonly Slot[] _parameters;
    private readonly Slot[] _floatBuffers;
    private readonly Tensor[] _counters;

    /// <param name="module">Is owned from now on.</param>
    public FlatModel(nn.Module<Tensor, Tensor> module)
    {
        Module = module;
        using var noGrad = no_grad();
        _parameters = Place(module.named_parameters().Where(p => p.parameter.requires_grad).Select(p => (p.name, (Tensor)p.parameter)));
        var buffers = module.named_buffers().ToList();
        _floatBuffers = Place(buffers.Where(b => b.buffer.dtype == ScalarType.Float32).Select(b => (b.name, b.buffer)));
        _counters = [.. buffers.Where(b => b.buffer.dtype == ScalarType.Int64 && b.buffer.numel() == 1).Select(b => b.buffer)];
        _weights = Flatten(_parameters);
        _buffers = Flatten(_floatBuffers);
        WeightCount = (int)_weights.numel();
        BufferCount = (int)_buffers.numel();
    }

    public nn.Module<Tensor, Tensor> Module { get; }

    /// <summary>Floats of all parameters, padding (always zero) included.</summary>
    public int WeightCount { get; }

    /// <summary>Floats of all float buffers, padding included.</summary>
    public int BufferCount { get; }

    public Span<float> Weights => MemoryMarshal.Cast<byte, float>(_weights.bytes);

    public Span<float> Buffers => BufferCount == 0 ? [] : MemoryMarshal.Cast<byte, float>(_buffers.bytes);

    /// <summary>Integer buffers that count steps.</summary>
    public IEnumerable<long> Counters => _counters.Select(counter => MemoryMarshal.Cast<byte, long>(counter.bytes)[0]);

    /// <summary>Name, shape and place of each parameter.</summary>
    public IReadOnlyList<Slot> Parameters => _parameters;

    /// <summary>Parameters, then buffers, in the model's order.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State =>
        Module.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(Module.named_buffers().Select(b => (b.name, b.buffer)));

    /// <summary>Puts the gradients that a backward pass left into <paramref name="sum"/>, over what is there or added to it, and takes them away from the parameters.</summary>
    public void CollectGradients(Span<float> sum, bool add)
    {
        foreach (var slot in _parameters)
        {
            var place = sum.Slice(slot.Offset, slot.Count);
            using var gradient = slot.Tensor.grad;
            if (gradient is null)
            {
                if (!add)
                {
                    place.Clear();
                }

                continue;
            }

            var values = MemoryMarshal.Cast<byte, float>(gradient.bytes);
            if (add)
            {
                System.Numerics.Tensors.TensorPrimitives.Add(place, values, place);
            }
            else
            {
                values.CopyTo(place);
            }

            slot.Tensor.grad = null;
        }
    }

    /// <summary>Takes away what a backward pass left that nobody collected.</summary>
    public void DropGradients()
    {
        foreach (var slot in _parameters)
        {
            slot.Tensor.grad = null;
        }
    }

    /// <summary>Integer buffers (batches seen) advance once a step, whatever the number of shards.</summary>
    public void AdvanceCounters()
    {
        foreach (var counter in _counters)
        {
            MemoryMarshal.Cast<byte, long>(counter.bytes)[0]++;
        }
    }

    public void Dispose()
    {
        Module.Dispose();
        _weights.Dispose();
        _buffers.Dispose();
    }

    private static Slot[] Place(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var slots = new List<Slot>();
        var offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            var count = (int)tensor.numel();
            slots.Add(new(name, tensor, tensor.shape, offset, count));
            offset += PlannedTensor.Padded(count);
        }

        return [.. slots];
    }

    private static Tensor Flatten(Slot[] slots)
    {
        var length = slots.Length == 0 ? 0 : slots[^1].Offset + PlannedTensor.Padded(slots[^1].Count);
        var flat = zeros(length).DetachFromDisposeScope();
        foreach (var slot in slots)
        {
            using var part = flat.narrow(0, slot.Offset, slot.Count);
            using var view = part.view(slot.Shape);
            view.copy_(slot.Tensor);
            slot.Tensor.set_(view);
        }

        return flat;
    }

    public sealed record Slot(string Name, Tensor Tensor, long[] Shape, int Offset, int Count);
}
