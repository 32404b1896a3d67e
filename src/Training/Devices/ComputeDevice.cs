using System.Globalization;
using static TorchSharp.torch;

namespace Sheaf.Training.Devices;

/// <summary>
/// Where forward and backward passes run. On a GPU the replica's state stays on the host, where it is reduced, applied, hashed and kept, exactly as on a core;
/// the GPU has a copy of weights and buffers to compute with, which is written anew when they change.
/// </summary>
internal sealed class ComputeDevice(Device device, bool hasOwnMemory)
{
    public static ComputeDevice Cpu { get; } = new(CPU, hasOwnMemory: false);

    public Device Device { get; } = device;

    /// <summary>False: the host's memory is the device's.</summary>
    public bool HasOwnMemory { get; } = hasOwnMemory;

    /// <param name="name">cpu, cpu:N (a core: which one is the kernel's choice), or cuda:N.</param>
    /// <exception cref="ArgumentException">Another name.</exception>
    public static ComputeDevice Of(string name)
    {
        switch (name.Split(':'))
        {
            case ["cpu"] or ["cpu", _]:
                return Cpu;
            case ["cuda", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                GpuKernels.ComputeTheSameBits();
                return new(new Device(TorchSharp.DeviceType.CUDA, index), hasOwnMemory: true);
            default:
                throw new ArgumentException($"Device '{name}' is not known: expected cpu, cpu:N or cuda:N.", nameof(name));
        }
    }

    /// <summary>What libtorch says when a GPU fails, or has no memory left: no more the run's fault than a core that dies.</summary>
    public bool IsFault(Exception e) => HasOwnMemory && e is System.Runtime.InteropServices.ExternalException;

    public bool IsSame(ComputeDevice other) => (Device.type, Device.index, HasOwnMemory) == (other.Device.type, other.Device.index, other.HasOwnMemory);

    /// <summary>The tensor itself where the device computes on the host's memory, else a copy that belongs to the current dispose scope.</summary>
    public Tensor Put(Tensor host) => HasOwnMemory ? host.to(Device, copy: true) : host;

    /// <summary>The other way.</summary>
    public Tensor Fetch(Tensor tensor) => HasOwnMemory ? tensor.to(CPU, copy: true) : tensor;
}
