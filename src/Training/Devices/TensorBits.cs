using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sheaf.Training.Devices;

/// <summary>A tensor's bits as integers, on its own device: <c>Tensor.view(dtype)</c>, which TorchSharp does not wrap. Thread-safe.</summary>
internal static unsafe class TensorBits
{
    private const sbyte Int = 3;

    private static readonly Lazy<nint> View = new(Find);

    /// <summary>A view of the same memory: the caller owns it, or its dispose scope.</summary>
    /// <param name="floats">Float32.</param>
    /// <exception cref="NotSupportedException">This libtorch lacks the function.</exception>
    public static Tensor AsIntegers(Tensor floats)
    {
        // at::Tensor is one pointer; a function returns it in memory of the caller's, and a handle of TorchSharp's is such a pointer on the heap, which it frees with C++'s delete (libc's free).
        var view = (delegate* unmanaged<nint, nint, sbyte, nint>)View.Value;
        var result = (nint)NativeMemory.AllocZeroed((nuint)sizeof(nint));
        _ = view(result, floats.Handle, Int);
        GC.KeepAlive(floats);
        return Tensor.UnsafeCreateTensor(result);
    }

    private static nint Find() => LoadedLibrary.TryFind("libtorch_cpu.so", "_ZN2at4_ops10view_dtype4callERKNS_6TensorEN3c1010ScalarTypeE", out var function)
        ? function
        : throw new NotSupportedException($"libtorch {__version__} has no at::_ops::view_dtype, with which gradients are hashed on a GPU: use 2.x, or offer cores.");
}
