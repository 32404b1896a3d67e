using System.Runtime.InteropServices;
using Sheaf.Training.Devices;

namespace Sheaf.Training.Replicas;

/// <summary>One kernel thread for torch and one for BLAS: with more, the order of additions depends on the machine.</summary>
internal static class ComputeThreads
{
    private static readonly Lazy<OpenBlas?> Blas = new(OpenBlas.Find);

    /// <summary>A short name of the BLAS under libtorch, with the kernels that it chose for this processor; <c>built-in</c> where libtorch brings its own.</summary>
    public static string BlasName => Blas.Value?.Name ?? "built-in";

    /// <summary>For the calling thread (torch), and the process (BLAS).</summary>
    public static void LimitToOne()
    {
        TorchSharp.torch.set_num_threads(1);
        Blas.Value?.SetThreads(1);
    }

    /// <summary>OpenBLAS, where it is libtorch's BLAS (Debian): it has a thread pool of its own that torch does not know of.</summary>
    private sealed unsafe class OpenBlas
    {
        private readonly nint _setThreads;

        private OpenBlas(nint setThreads, string name) =>
            (_setThreads, Name) = (setThreads, name);

        public string Name { get; }

        public void SetThreads(int count) => ((delegate* unmanaged<int, void>)_setThreads)(count);

        public static OpenBlas? Find()
        {
            // Only one that is loaded already counts, which is why libtorch comes first.
            TorchSharp.torch.set_num_threads(1);
            if (!LoadedLibrary.TryFind("libopenblas", "openblas_set_num_threads", out var set))
            {
                return null;
            }

            var name = LoadedLibrary.TryFind("libopenblas", "openblas_get_config", out var config)
                ? Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)config)()) ?? ""
                : "";
            return new(set, $"OpenBLAS {name}".Trim());
        }
    }
}
