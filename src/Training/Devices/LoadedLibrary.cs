using System.Runtime.InteropServices;

namespace Sheaf.Training.Devices;

/// <summary>
/// A native library that this process has loaded already, whatever its version or the folder it came from (Linux: from /proc/self/maps). Thread-safe.
/// </summary>
internal static class LoadedLibrary
{
    /// <param name="name">What the file's name begins with, such as <c>libcudnn.so</c>.</param>
    /// <param name="export">A C function, or a mangled C++ one.</param>
    public static bool TryFind(string name, string export, out nint function)
    {
        function = 0;
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps))
        {
            return false;
        }

        var path = File.ReadLines(maps).Select(line => line.IndexOf('/') is >= 0 and var at ? line[at..] : "").FirstOrDefault(
            path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
        return path is not null && NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, export, out function);
    }
}
