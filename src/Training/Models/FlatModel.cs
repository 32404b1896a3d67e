using System.Runtime.InteropServices;
using Sheaf.Training.Devices;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Models.Stages;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>
/// A module whose parameters are views into one buffer, and whose float buffers are views into another. A gradient has the parameters' layout: what autograd
/// leaves behind is collected into one flat buffer of the caller's, so a reduction touches one span and the optimizer is one pass. On the host nothing is
/// reallocated during a run.
/// </summary>
internal sealed class FlatModel : IDisposable
{
    private static readonly HashSet<string> NoNames = [];

    private readonly ComputeDevice _device;
    private readonly FlatStore _weights;
    private readonly FlatStore _buffers;
    private readonly FlatStore _frozen;
    private readonly Tensor[] _counters;
    private readonly IReadOnlyList<string> _counterNames;
    private readonly long[] _counted;
    private readonly StagedModel? _staged;
    private readonly bool _isOwn;
    private readonly Dictionary<object, int> _places;

    /// <param name="module">Is owned from now on; its parameters and float buffers are on the device.</param>
    /// <param name="device">Null: the CPU.</param>
    /// <param name="own">The plan of a model that is a class of the user's own: which of its buffers a step changes. Null: all of them.</param>
    public FlatModel(nn.Module<Tensor, Tensor> module, ComputeDevice? device = null, ModelPlan? own = null)
    {
        (Module, _device) = (module, device ?? ComputeDevice.Cpu);
        using var noGrad = no_grad();
        _isOwn = own is not null;
        Constants = own is null ? NoNames : module.named_buffers().Select(b => b.name).Where(name => !own.Changes(name)).ToHashSet(StringComparer.Ordinal);
        _weights = new(Trained(module).Select(p => (p.name, (Tensor)p.parameter)), _device);
        _frozen = new(Once(module.named_parameters().Where(p => !p.parameter.requires_grad)).Select(p => (p.name, (Tensor)p.parameter)), _device);
        var buffers = module.named_buffers().Where(b => own is null || own.Changes(b.name)).ToList();
        _buffers = new(buffers.Where(b => b.buffer.dtype == ScalarType.Float32).Select(b => (b.name, b.buffer)), _device);
        _staged = module is LayerStack stack && _device.Device.type == TorchSharp.DeviceType.CPU ? StagedModel.Of(stack) : null;
        _places = new(Parameters.Select(slot => KeyValuePair.Create((object)slot.Tensor, slot.Offset)), ReferenceEqualityComparer.Instance);
        var counters = buffers.Where(b => b.buffer.dtype == ScalarType.Int64 && b.buffer.numel() == 1).ToList();
        (_counters, _counterNames) = ([.. counters.Select(b => b.buffer)], [.. counters.Select(b => b.name)]);
        _counted = own is null ? [] : new long[_counters.Length];
        KeepCounters();
    }

    public nn.Module<Tensor, Tensor> Module { get; }

    /// <summary>Floats of all parameters that are trained, padding (always zero) included.</summary>
    public int WeightCount => _weights.Count;

    /// <summary>Floats of all float buffers, padding included.</summary>
    public int BufferCount => _buffers.Count;

    /// <summary>On the host. What is written here is computed with after <see cref="Upload"/>.</summary>
    public Span<float> Weights => _weights.Values;

    /// <summary>On the host, as <see cref="Weights"/>.</summary>
    public Span<float> Buffers => _buffers.Values;

    /// <summary>Integer buffers that count steps.</summary>
    public IEnumerable<long> Counters => CounterTensors().Select(counter => MemoryMarshal.Cast<byte, long>(counter.bytes)[0]);

    /// <summary>Buffers that no step changes.</summary>
    public IReadOnlySet<string> Constants { get; }

    /// <summary>Name, shape and place of each parameter that is trained.</summary>
    public IReadOnlyList<FlatStore.Slot> Parameters => _weights.Slots;

    /// <summary>The parameter that a place among the weights belongs to, for messages: <c>'2.weight' [17]</c>.</summary>
    public string NameOfWeight(int place) => _weights.NameOf(place);

    /// <summary>As <see cref="NameOfWeight"/>.</summary>
    public string NameOfBuffer(int place) => _buffers.NameOf(place);

    /// <summary>Parameters, then buffers, in the model's order, on the host.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => Module.named_parameters()
        .Select(p => (p.name, _weights.HostOf(p.name) ?? _frozen.HostOf(p.name) ?? (Tensor)p.parameter))
        .Concat(Module.named_buffers().Select(b => (b.name, _buffers.HostOf(b.name) ?? b.buffer)));

    /// <summary>
    /// The model's result. What is computed from it and led back by <c>backward()</c> reaches the parameters in <see cref="CollectGradients"/>.
    /// </summary>
    public Tensor Forward(Tensor input)
    {
        // What a user's model gives may be a view with gaps, and its values are read as they lie in memory.
        var output = _staged is null ? Module.forward(input) : _staged.Forward(input);
        return _isOwn ? output.contiguous() : output;
    }

    /// <summary>What is trained, each once: layers that share a parameter both name it.</summary>
    public static IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> Trained(nn.Module module) =>
        Once(module.named_parameters().Where(p => p.parameter.requires_grad));

    /// <summary>The first name of each.</summary>
    public static IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> Once(IEnumerable<(string name,
        TorchSharp.Modules.Parameter parameter)> parameters) =>
        parameters.DistinctBy(p => (p.parameter.storage<float>().data_ptr(), p.parameter.storage_offset()));

    /// <summary>Brings weights and buffers to the device.</summary>
    public void Upload()
    {
        _weights.Upload();
        _frozen.Upload();
        _buffers.Upload();
    }

    /// <summary>Brings the buffers alone to the device.</summary>
    public void UploadBuffers() => _buffers.Upload();

    /// <summary>Brings what a forward pass made of the buffers to the host.</summary>
    public void DownloadBuffers() => _buffers.Download();

    /// <summary>
    /// Puts the gradients that a backward pass left into <paramref name="sum"/>, over what is there or added to it, and takes them away from the parameters.
    /// </summary>
    public void CollectGradients(Span<float> sum, bool add)
    {
        var collected = CollectOwn(sum, add);
        var others = Parameters.Where(slot => !collected || !_staged!.Owns(slot.Tensor));
        if (_device.HasOwnMemory)
        {
            CollectTogether([.. others], sum, add);
            return;
        }

        foreach (var slot in others)
        {
            using var gradient = slot.Tensor.grad;
            Put(gradient is null ? [] : MemoryMarshal.Cast<byte, float>(gradient.bytes), sum.Slice(slot.Offset, slot.Count), add);
            slot.Tensor.grad = null;
        }
    }

    /// <summary>Frees the gradients of a backward pass that were not copied out.</summary>
    public void DropGradients()
    {
        _staged?.Drop();
        foreach (var slot in Parameters)
        {
            slot.Tensor.grad = null;
        }
    }

    /// <summary>Integer buffers (batches seen) advance once a step, whatever the number of shards.</summary>
    public void AdvanceCounters()
    {
        RestoreCounters();
        foreach (var counter in CounterTensors())
        {
            MemoryMarshal.Cast<byte, long>(counter.bytes)[0]++;
        }

        KeepCounters();
    }

    /// <summary>The integer buffers as they are now are the next step's. Layers of Sheaf's own leave them alone.</summary>
    public void KeepCounters()
    {
        var counters = _counted.Length == 0 ? [] : CounterTensors();
        for (var i = 0; i < _counted.Length; i++)
        {
            _counted[i] = MemoryMarshal.Cast<byte, long>(counters[i].bytes)[0];
        }
    }

    /// <summary>Puts the step's integer buffers back, over what a shard's forward pass counted.</summary>
    public void RestoreCounters()
    {
        var counters = _counted.Length == 0 ? [] : CounterTensors();
        for (var i = 0; i < _counted.Length; i++)
        {
            MemoryMarshal.Cast<byte, long>(counters[i].bytes)[0] = _counted[i];
        }
    }

    public void Dispose()
    {
        _staged?.Dispose();
        Module.Dispose();
        _weights.Dispose();
        _frozen.Dispose();
        _buffers.Dispose();
    }

    /// <summary>Those of a script are other tensors after each pass: it assigns a new one in place of counting up.</summary>
    private Tensor[] CounterTensors()
    {
        if (!_isOwn || _counters.Length == 0)
        {
            return _counters;
        }

        var now = Module.named_buffers().ToDictionary(b => b.name, b => b.buffer, StringComparer.Ordinal);
        return [.. _counterNames.Select(name => now[name])];
    }

    /// <summary>Runs the backward pass of the stages. False where the model has none, or no gradient reached it.</summary>
    private unsafe bool CollectOwn(Span<float> sum, bool add)
    {
        fixed (float* start = sum)
        {
            return _staged is not null && _staged.Backward(new(start, _places, add));
        }
    }

    /// <summary>One copy from the device for all gradients: each waits for what the device still has to do.</summary>
    private void CollectTogether(FlatStore.Slot[] slots, Span<float> sum, bool add)
    {
        using var scope = NewDisposeScope();
        var gradients = slots.Select(slot => slot.Tensor.grad).ToArray();
        DropGradients();
        var left = gradients.Where(gradient => gradient is not null).Select(gradient => gradient!.flatten()).ToArray();
        var values = left.Length == 0 ? [] : MemoryMarshal.Cast<byte, float>(_device.Fetch(cat(left)).bytes);
        for (var (i, taken) = (0, 0); i < gradients.Length; i++)
        {
            var slot = slots[i];
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
