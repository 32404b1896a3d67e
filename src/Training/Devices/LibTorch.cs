using System.Runtime.InteropServices;

namespace Sheaf.Training.Devices;

/// <summary>The library that computes, demanded once before anything needs it: what does not load now will not load later.</summary>
public static class LibTorch
{
    /// <summary>In the order in which they need each other.</summary>
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"];

    /// <summary>Loads it, and computes something.</summary>
    /// <exception cref="LibTorchException">It does not load.</exception>
    public static void Demand() => Demand(AppContext.BaseDirectory, () =>
    {
        using var one = TorchSharp.torch.ones(1);
        _ = one.item<float>();
    });

    /// <param name="folder">Where the libraries lie that are loaded before anything uses them; those that are not there are left to who does.</param>
    /// <param name="use">What needs libtorch.</param>
    internal static void Demand(string folder, Action use)
    {
        // The binding goes on where the loader fails: it copies every library of its packages beside itself, and prints what it tries.
        foreach (var path in Libraries.Select(library => Path.Combine(folder, library)).Where(File.Exists))
        {
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
            {
                throw new LibTorchException($"libtorch cannot be loaded: {LoaderWords(failure.Message)}", failure);
            }
        }

        try
        {
            use();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new LibTorchException($"libtorch cannot be loaded: {Innermost(failure)}", failure);
        }
    }

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return $"{failure.GetType().Name}: {failure.Message.Split('\n')[0].Trim()}";
    }

    /// <summary>The runtime's message begins with a line of advice; the loader's own reasons follow, a line each.</summary>
    private static string LoaderWords(string message) =>
        message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [_, .. { Length: > 0 } words]
            ? string.Join("; ", words.Distinct())
            : message.Trim();
}
