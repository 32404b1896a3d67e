using System.Globalization;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sheaf.Training.Devices;

/// <summary>
/// Where a replica computes. A core works on the host's memory; a GPU has memory of its own, and the replica's whole state is there: what the host has of it is a copy, made where something
/// must leave (a checkpoint, a joiner, a hash of the state).
/// </summary>
internal sealed class ComputeDevice(Device device, bool hasOwnMemory)
{
    public static ComputeDevice Cpu { get; } = new(CPU, hasOwnMemory: false);

    public Device Device { get; } = device;

    /// <summary>False: the host's memory is the device's.</summary>
    public bool HasOwnMemory { get; } = hasOwnMemory;

    /// <param name="name">cpu, cpu:N (a core: which one is the kernel's choice), cuda:N, or cuda:N/K: one more worker on the same GPU.</param>
    /// <exception cref="ArgumentException">Another name.</exception>
    public static ComputeDevice Of(string name)
    {
        switch (name.Split(':'))
        {
            case ["cpu"] or ["cpu", _]:
                return Cpu;
            case ["cuda", var number] when int.TryParse(number.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                GpuKernels.ComputeTheSameBits();
                return new(new Device(TorchSharp.DeviceType.CUDA, index), hasOwnMemory: true);
            default:
                throw new ArgumentException($"Device '{name}' is not known: expected cpu, cpu:N or cuda:N, or cuda:N/K for one more worker on that GPU.", nameof(name));
        }
    }

    /// <summary>What libtorch says when a GPU fails, or has no memory left: no more the run's fault than a core that dies.</summary>
    public bool IsFault(Exception e) => HasOwnMemory && e is ExternalException;

    public bool IsSame(ComputeDevice other) => (Device.type, Device.index, HasOwnMemory) == (other.Device.type, other.Device.index, other.HasOwnMemory);

    /// <summary>The tensor itself where the device computes on the host's memory, else a copy that belongs to the current dispose scope.</summary>
    public Tensor Put(Tensor host) => HasOwnMemory ? host.to(Device, copy: true) : host;

    /// <summary>The other way.</summary>
    public Tensor Fetch(Tensor tensor) => HasOwnMemory ? tensor.to(CPU, copy: true) : tensor;

    /// <summary>Copies a device's float tensor to the host, once everything that was queued before is done.</summary>
    public static void Read(Tensor from, Span<float> to)
    {
        using var host = from.to(CPU);
        MemoryMarshal.Cast<byte, float>(host.bytes)[..to.Length].CopyTo(to);
    }

    /// <summary>Copies floats of the host into the beginning of a device's tensor.</summary>
    public static void Write(ReadOnlySpan<float> from, Tensor to)
    {
        using var noGrad = no_grad();
        using var host = empty(from.Length);
        from.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        using var place = to.narrow(0, 0, from.Length);
        place.copy_(host);
    }
}
