using System.Runtime.InteropServices;
using Sheaf.Training.Devices;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>
/// A module whose parameters are views into one buffer, and whose float buffers are views into another. A gradient has the parameters' layout: what autograd leaves behind is collected into
/// one flat buffer of the caller's, so a reduction touches one span and the optimizer is one pass. On the host nothing is reallocated during a run.
/// </summary>
internal sealed class FlatModel : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly FlatStore _weights;
    private readonly FlatStore _buffers;
    private readonly Tensor[] _counters;

    /// <param name="module">Is owned from now on; its parameters and float buffers are on the device.</param>
    /// <param name="device">Null: the CPU.</param>
    public FlatModel(nn.Module<Tensor, Tensor> module, ComputeDevice? device = null)
    {
        (Module, _device) = (module, device ?? ComputeDevice.Cpu);
        using var noGrad = no_grad();
        _weights = new(module.named_parameters().Where(p => p.parameter.requires_grad).Select(p => (p.name, (Tensor)p.parameter)), _device);
        var buffers = module.named_buffers().ToList();
        _buffers = new(buffers.Where(b => b.buffer.dtype == ScalarType.Float32).Select(b => (b.name, b.buffer)), _device);
        _counters = [.. buffers.Where(b => b.buffer.dtype == ScalarType.Int64 && b.buffer.numel() == 1).Select(b => b.buffer)];
    }

    public nn.Module<Tensor, Tensor> Module { get; }

    /// <summary>Floats of all parameters, padding (always zero) included.</summary>
    public int WeightCount => _weights.Count;

    /// <summary>Floats of all float buffers, padding included.</summary>
    public int BufferCount => _buffers.Count;

    /// <summary>On the host. What is written here is computed with after <see cref="Upload"/>.</summary>
    public Span<float> Weights => _weights.Values;

    /// <summary>On the host, as <see cref="Weights"/>.</summary>
    public Span<float> Buffers => _buffers.Values;

    /// <summary>All parameters, as the device has them.</summary>
    public Tensor ComputedWeights => _weights.Computed;

    /// <summary>All float buffers, as the device has them.</summary>
    public Tensor ComputedBuffers => _buffers.Computed;

    /// <summary>Integer buffers that count steps.</summary>
    public IEnumerable<long> Counters => _counters.Select(counter => MemoryMarshal.Cast<byte, long>(counter.bytes)[0]);

    /// <summary>Name, shape and place of each parameter.</summary>
    public IReadOnlyList<FlatStore.Slot> Parameters => _weights.Slots;

    /// <summary>The parameter that a place among the weights belongs to, for messages: <c>'2.weight' [17]</c>.</summary>
    public string NameOfWeight(int place) => _weights.NameOf(place);

    /// <summary>As <see cref="NameOfWeight"/>.</summary>
    public string NameOfBuffer(int place) => _buffers.NameOf(place);

    /// <summary>Parameters, then buffers, in the model's order, on the host.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => Module.named_parameters().Select(p => (p.name, _weights.HostOf(p.name) ?? (Tensor)p.parameter))
        .Concat(Module.named_buffers().Select(b => (b.name, _buffers.HostOf(b.name) ?? b.buffer)));

    /// <summary>Brings weights and buffers to the device.</summary>
    public void Upload()
    {
        _weights.Upload();
        _buffers.Upload();
    }

    /// <summary>Brings weights and buffers to the host.</summary>
    public void Download()
    {
        _weights.Download();
        _buffers.Download();
    }

    /// <summary>Brings the buffers alone to the device.</summary>
    public void UploadBuffers() => _buffers.Upload();

    /// <summary>Brings what a forward pass made of the buffers to the host.</summary>
    public void DownloadBuffers() => _buffers.Download();

    /// <summary>Puts the gradients that a backward pass left into <paramref name="sum"/>, over what is there or added to it, and takes them away from the parameters.</summary>
    public void CollectGradients(Span<float> sum, bool add)
    {
        if (_device.HasOwnMemory)
        {
            CollectTogether(sum, add);
            return;
        }

        foreach (var slot in Parameters)
        {
            using var gradient = slot.Tensor.grad;
            Put(gradient is null ? [] : MemoryMarshal.Cast<byte, float>(gradient.bytes), sum.Slice(slot.Offset, slot.Count), add);
            slot.Tensor.grad = null;
        }
    }

    /// <summary>Takes away what a backward pass left that nobody collected.</summary>
    public void DropGradients()
    {
        foreach (var slot in Parameters)
        {
            slot.Tensor.grad = null;
        }
    }

    /// <summary>Integer buffers (batches seen) advance once a step, whatever the number of shards.</summary>
    /// <param name="by">-1 takes a step back.</param>
    public void AdvanceCounters(int by = 1)
    {
        foreach (var counter in _counters)
        {
            MemoryMarshal.Cast<byte, long>(counter.bytes)[0] += by;
        }
    }

    public void Dispose()
    {
        Module.Dispose();
        _weights.Dispose();
        _buffers.Dispose();
    }

    /// <summary>One copy from the device for all gradients: each waits for what the device still has to do.</summary>
    private void CollectTogether(Span<float> sum, bool add)
    {
        using var scope = NewDisposeScope();
        var gradients = Parameters.Select(slot => slot.Tensor.grad).ToArray();
        DropGradients();
        var left = gradients.Where(gradient => gradient is not null).Select(gradient => gradient!.flatten()).ToArray();
        var values = left.Length == 0 ? [] : MemoryMarshal.Cast<byte, float>(_device.Fetch(cat(left)).bytes);
        for (var (i, taken) = (0, 0); i < gradients.Length; i++)
        {
            var slot = Parameters[i];
            var count = gradients[i] is null ? 0 : slot.Count;
            Put(values.Slice(taken, count), sum.Slice(slot.Offset, slot.Count), add);
            taken += count;
        }
    }

    /// <param name="gradient">Empty: there is none.</param>
    private static void Put(ReadOnlySpan<float> gradient, Span<float> place, bool add)
    {
        if (!gradient.IsEmpty && add)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(place, gradient, place);
        }
        else if (!gradient.IsEmpty)
        {
            gradient.CopyTo(place);
        }
        else if (!add)
        {
            place.Clear();
        }
    }
}
