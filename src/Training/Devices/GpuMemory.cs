namespace Sheaf.Training.Devices;

/// <summary>A GPU's memory at a moment, of all processes together.</summary>
public sealed record GpuMemory(long FreeBytes, long TotalBytes)
{
    public long UsedBytes => TotalBytes - FreeBytes;

    /// <summary>What CUDA's run-time library says (<c>cudaMemGetInfo</c>); null on a core, or where libtorch brought no CUDA. libtorch keeps freed memory for itself: that counts as used.</summary>
    internal static unsafe GpuMemory? Of(ComputeDevice device)
    {
        if (device.Device.type != TorchSharp.DeviceType.CUDA
            || !LoadedLibrary.TryFind("libcudart", "cudaSetDevice", out var choose)
            || !LoadedLibrary.TryFind("libcudart", "cudaMemGetInfo", out var ask))
        {
            return null;
        }

        nuint free, total;
        return ((delegate* unmanaged<int, int>)choose)(device.Device.index) == 0 && ((delegate* unmanaged<nuint*, nuint*, int>)ask)(&free, &total) == 0 ? new((long)free, (long)total) : null;
    }
}
