using System.Runtime.InteropServices;
using System.Text;

namespace Sheaf.Training.Devices;

/// <summary>
/// The GPUs of this process, as the driver lists them (CUDA Driver API, sections 6.2 and 6.5): TorchSharp counts them, but says neither model nor memory.
/// Thread-safe.
/// </summary>
public static partial class Gpus
{
    private const string Driver = "libcuda.so.1";

    private static readonly Lazy<IReadOnlyList<Gpu>> All = new(Find);

    /// <summary>Empty where there is no driver.</summary>
    public static IReadOnlyList<Gpu> Visible => All.Value;

    /// <summary>How many of them libtorch can compute on: none where it was built without CUDA.</summary>
    public static int Usable => TorchSharp.torch.cuda.device_count();

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
}
