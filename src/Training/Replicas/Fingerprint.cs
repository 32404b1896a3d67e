using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Sheaf.Training.Replicas;

/// <summary>
/// What the bits of a run depend on beside its spec and data: libtorch's build, the kind of processor, BLAS and its kernels, one kernel thread. Runs are bit-exact among silos whose
/// fingerprints are equal.
/// </summary>
public static class Fingerprint
{
    private static readonly Lazy<string> Text = new(Compute);

    /// <summary>One line, such as <c>libtorch 1.13.0; AMD EPYC family 26 model 2; avx512; OpenBLAS 0.3.21 ... SkylakeX; 1 thread</c>.</summary>
    public static string Current => Text.Value;

    private static string Compute()
    {
        var vectors = Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return $"libtorch {TorchSharp.torch.__version__}; {Processor()}; {vectors}; {ComputeThreads.BlasName}; 1 thread";
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
