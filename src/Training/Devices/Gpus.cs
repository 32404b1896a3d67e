using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace Sheaf.Training.Devices;

/// <summary>The GPUs of this process, as the driver lists them (CUDA Driver API, sections 6.2 and 6.5): TorchSharp counts them, but says neither model nor memory. Thread-safe.</summary>
public static partial class Gpus
{
    private const string Driver = "libcuda.so.1";

    private static readonly Lazy<IReadOnlyList<Gpu>> All = new(Find);
    private static readonly Lazy<bool> Settled = new(Settle);

    /// <summary>Empty where there is no driver.</summary>
    public static IReadOnlyList<Gpu> Visible => All.Value;

    /// <summary>How many of them libtorch can compute on: none where it was built without CUDA.</summary>
    public static int Usable => cuda.device_count();

    /// <summary>
    /// Makes libtorch choose kernels that give the same bits each time, in full float32, for the whole process: before anything is computed on a GPU. cuBLAS does so only with a fixed
    /// workspace, which an environment variable of libc's asks for (its documentation, section 2.1.4); one that is set already stays.
    /// </summary>
    internal static void ComputeTheSameBits() => _ = Settled.Value;

    private static bool Settle()
    {
        _ = SetVariable("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
        backends.cuda.matmul.set_allow_tf32(false);
        backends.cudnn.set_allow_tf32(false);
        use_deterministic_algorithms(true);
        return true;
    }

    private static unsafe IReadOnlyList<Gpu> Find()
    {
        if (!NativeLibrary.TryLoad(Driver, out _) || Initialise(0) != 0 || Count(out var count) != 0)
        {
            return [];
        }

        var found = new List<Gpu>();
        Span<byte> name = stackalloc byte[256];
        for (var index = 0; index < count; index++)
        {
            name.Clear();
            fixed (byte* text = name)
            {
                if (Get(out var device, index) == 0 && Name(text, name.Length - 1, device) == 0 && Memory(out var bytes, device) == 0)
                {
                    found.Add(new(index, Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]), (long)bytes));
                }
            }
        }

        return found;
    }

    [LibraryImport(Driver, EntryPoint = "cuInit")]
    private static partial int Initialise(uint flags);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetCount")]
    private static partial int Count(out int count);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int device, int index);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetName")]
    private static unsafe partial int Name(byte* name, int length, int device);

    [LibraryImport(Driver, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int Memory(out nuint bytes, int device);

    /// <summary>.NET's own variables are not those that native libraries read.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
