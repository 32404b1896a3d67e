using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Sheaf.Training.Devices;

namespace Sheaf.Training.Replicas;

/// <summary>
/// What the bits of a run depend on beside its spec and data: libtorch's build, the version of Sheaf's own kernels, the kind of processor, one kernel thread,
/// and the GPU's model. Runs are bit-exact among silos whose fingerprints are equal. Thread-safe.
/// </summary>
public static class Fingerprint
{
    /// <summary>Raised with every change of the bits that Sheaf's own kernels (src/Training/Kernels) give, or of the layers that take them.</summary>
    private const int OwnKernels = 1;

    private static readonly Lazy<string> Host = new(ComputeHost);
    private static readonly Lazy<string> Kernels = new(GpuKernels.Versions);

    /// <summary>
    /// One line, such as <c>libtorch 2.10.0; AMD EPYC family 26 model 2; avx512; kernels 1; 1 thread</c>; on a GPU <c>libtorch 2.11.0; ...; 1 thread;
    /// NVIDIA H100 80GB HBM3; CUDA 13.0, cuDNN 9.19.0, cuBLAS 13.1.0</c>, as reduction and optimizer run on the processor.
    /// </summary>
    /// <param name="device">A core's or a GPU's name; all cores have one fingerprint.</param>
    public static string Of(string device) => ComputeDevice.Of(device) is { HasOwnMemory: true, Device.index: var index }
        ? $"{Host.Value}; {Gpus.Visible.First(gpu => gpu.Index == index).Model}; {Kernels.Value}"
        : Host.Value;

    private static string ComputeHost()
    {
        var vectors = Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return $"libtorch {TorchSharp.torch.__version__}; {Processor()}; {vectors}; kernels {OwnKernels}; 1 thread";
    }

    private static string Processor()
    {
        if (!File.Exists("/proc/cpuinfo"))
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        var facts = new Dictionary<string, string>();
        foreach (var line in File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0))
        {
            var parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            facts[parts[0]] = parts.Length == 2 ? parts[1] : "";
        }

        var name = facts.GetValueOrDefault("model name", RuntimeInformation.ProcessArchitecture.ToString());
        return facts.TryGetValue("cpu family", out var family) ? $"{name} family {family} model {facts.GetValueOrDefault("model", "?")}" : name;
    }
}
