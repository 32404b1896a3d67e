using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sheaf.Training.Devices;

/// <summary>What the bits that a GPU computes depend on beside its model, and how this process asks for the same ones each time. Thread-safe.</summary>
internal static unsafe partial class GpuKernels
{
    private static readonly Lazy<bool> Settled = new(Settle);

    /// <summary>
    /// Makes libtorch choose kernels that give the same bits each time, in full float32, for the whole process: before anything is computed on a GPU. cuBLAS
    /// does so only with a fixed workspace, which an environment variable of libc's asks for (its documentation, section 2.1.4).
    /// </summary>
    /// <exception cref="NotSupportedException">This libtorch cannot be asked.</exception>
    public static void ComputeTheSameBits() => _ = Settled.Value;

    /// <summary>Such as <c>CUDA 13.0, cuDNN 9.19.0, cuBLAS 13.1.0</c>, as far as libtorch brought libraries of its own.</summary>
    public static string Versions()
    {
        List<string> found = [];
        int version;
        if (LoadedLibrary.TryFind("libcudart", "cudaRuntimeGetVersion", out var runtime) && ((delegate* unmanaged<int*, int>)runtime)(&version) == 0)
        {
            found.Add($"CUDA {version / 1000}.{version % 1000 / 10}");
        }

        if (LoadedLibrary.TryFind("libcudnn.so", "cudnnGetVersion", out var dnn))
        {
            var number = (long)((delegate* unmanaged<nuint>)dnn)();
            found.Add($"cuDNN {number / 10000}.{number % 10000 / 100}.{number % 100}");
        }

        if (LoadedLibrary.TryFind("libcublas.so", "cublasGetProperty", out var blas))
        {
            // Major, minor and patch are the properties 0, 1 and 2.
            var property = (delegate* unmanaged<int, int*, int>)blas;
            var parts = new string[3];
            for (var part = 0; part < parts.Length; part++)
            {
                parts[part] = property(part, &version) == 0 ? $"{version}" : "?";
            }

            found.Add($"cuBLAS {string.Join('.', parts)}");
        }

        return string.Join(", ", found);
    }

    private static bool Settle()
    {
        // TorchSharp declares use_deterministic_algorithms, but does not implement it: it is at::Context's.
        if (!LoadedLibrary.TryFind("libtorch_cpu.so", "_ZN2at13globalContextEv", out var context)
            || !LoadedLibrary.TryFind("libtorch_cpu.so", "_ZN2at7Context26setDeterministicAlgorithmsEbb", out var set))
        {
            throw new NotSupportedException($"libtorch {__version__} cannot be told to compute the same bits on GPUs each time "
                + "(at::Context::setDeterministicAlgorithms is not found): use 1.13 or 2.x, or offer cores.");
        }

        _ = SetVariable("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 1);
        backends.cuda.matmul.allow_tf32 = false;
        backends.cudnn.allow_tf32 = false;
        ((delegate* unmanaged<nint, byte, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 1, 0);
        return true;
    }

    /// <summary>.NET's own variables are not those that native libraries read.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
