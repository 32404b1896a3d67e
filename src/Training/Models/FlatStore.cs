using System.Runtime.InteropServices;
using Sheaf.Training.Devices;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>
/// Tensors of a module as views into one buffer, each at a multiple of 64 bytes. Where the device has memory of its own there are two of them: the host's,
/// which is the truth, and the device's, which the module computes with.
/// </summary>
internal sealed class FlatStore : IDisposable
{
    private readonly Tensor _host;
    private readonly Tensor _computed;
    private readonly bool _hasOwn;
    private readonly Dictionary<string, Tensor> _views = new(StringComparer.Ordinal);

    /// <summary>The tensors' memory is the store's from now on.</summary>
    public FlatStore(IEnumerable<(string Name, Tensor Tensor)> tensors, ComputeDevice device)
    {
        Slots = Place(tensors);
        _computed = Flatten(Slots, device);
        _hasOwn = device.HasOwnMemory;
        _host = _hasOwn ? device.Fetch(_computed).DetachFromDisposeScope() : _computed;
        Count = checked((int)_host.numel());
        foreach (var slot in _hasOwn ? Slots : [])
        {
            using var part = _host.narrow(0, slot.Offset, slot.Count);
            _views.Add(slot.Name, part.view(slot.Shape).DetachFromDisposeScope());
        }
    }

    /// <summary>Name, shape and place of each tensor.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Floats, padding (always zero) included.</summary>
    public int Count { get; }

    /// <summary>The host's.</summary>
    public Span<float> Values => Count == 0 ? [] : MemoryMarshal.Cast<byte, float>(_host.bytes);

    /// <summary>The host's view of a tensor; null: it is the module's own.</summary>
    public Tensor? HostOf(string name) => _views.GetValueOrDefault(name);

    /// <summary>The tensor that a place belongs to, and the element of it.</summary>
    public string NameOf(int place) =>
        Slots.LastOrDefault(slot => slot.Offset <= place) is { } slot ? $"'{slot.Name}' [{place - slot.Offset}]" : $"value {place}";

    /// <summary>What the host has is what the module computes with.</summary>
    public void Upload() => Copy(_host, _computed);

    /// <summary>What a forward pass made of it is what the host has.</summary>
    public void Download() => Copy(_computed, _host);

    public void Dispose()
    {
        foreach (var view in _views.Values)
        {
            view.Dispose();
        }

        _host.Dispose();
        _computed.Dispose();
    }

    private static Slot[] Place(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var slots = new List<Slot>();
        var offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            var count = checked((int)tensor.numel());
            slots.Add(new(name, tensor, tensor.shape, offset, count));
            offset = checked((int)(offset + PlannedTensor.Padded(count)));
        }

        return [.. slots];
    }

    private static Tensor Flatten(IReadOnlyList<Slot> slots, ComputeDevice device)
    {
        var length = slots.Count == 0 ? 0 : slots[^1].Offset + PlannedTensor.Padded(slots[^1].Count);
        var flat = zeros(length, device: device.Device).DetachFromDisposeScope();
        foreach (var slot in slots)
        {
            using var part = flat.narrow(0, slot.Offset, slot.Count);
            using var view = part.view(slot.Shape);
            view.copy_(slot.Tensor);
            slot.Tensor.set_(view);
        }

        return flat;
    }

    private void Copy(Tensor from, Tensor to)
    {
        if (_hasOwn && Count > 0)
        {
            using var noGrad = no_grad();
            to.copy_(from);
        }
    }

    internal sealed record Slot(string Name, Tensor Tensor, long[] Shape, int Offset, int Count);
}
