using System.Runtime.InteropServices;

namespace Sheaf.Training.Devices;

/// <summary>The library that computes, demanded once before anything needs it: what does not load now will not load later.</summary>
public static partial class LibTorch
{
    private const int Now = 2;
    private const int ForAll = 0x100;

    /// <summary>In the order in which they need each other.</summary>
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"];

    /// <summary>Loads it, and computes something.</summary>
    /// <exception cref="LibTorchException">It does not load.</exception>
    public static void Demand() => Demand(() =>
    {
        using var one = TorchSharp.torch.ones(1);
        _ = one.item<float>();
    });

    /// <param name="use">What needs libtorch.</param>
    internal static void Demand(Action use)
    {
        try
        {
            use();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The binding's own words name a package of its maker's, whatever the loader said.
            throw new LibTorchException($"libtorch cannot be loaded: {LoaderWords() ?? Innermost(failure)}", failure);
        }
    }

    private static string? LoaderWords()
    {
        try
        {
            foreach (var library in Libraries)
            {
                var beside = Path.Combine(AppContext.BaseDirectory, library);
                if (Open(File.Exists(beside) ? beside : library, Now | ForAll) == 0)
                {
                    return Marshal.PtrToStringUTF8(Error())?.Trim();
                }
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An older system has them in a library of their own.
        }

        return null;
    }

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return $"{failure.GetType().Name}: {failure.Message.Split('\n')[0].Trim()}";
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint Error();
}
