using System.Globalization;
using System.Runtime.InteropServices;

namespace Sheaf.Surroundings;

/// <summary>What kind of machine a silo runs on, as far as libtorch cares.</summary>
/// <param name="System">Linux, or another system's name.</param>
/// <param name="Processor">X64, or another.</param>
/// <param name="IsMusl">Its C library is musl, as on Alpine.</param>
public sealed record Machine(string System, string Processor, bool IsMusl)
{
    /// <summary>
    /// libtorch and the run time take nearly 6 GiB before the first row is read. With less they end in the middle of something, each time elsewhere.
    /// </summary>
    private const long LeastAddressSpace = 8L << 30;

    private const string Limits = "/proc/self/limits";

    public static Machine This => new(
        OperatingSystem.IsLinux() ? "Linux" : OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : RuntimeInformation.OSDescription,
        RuntimeInformation.OSArchitecture.ToString(),
        OperatingSystem.IsLinux() && File.Exists("/lib/ld-musl-x86_64.so.1") && !File.Exists("/lib64/ld-linux-x86-64.so.2"))
    {
        AddressSpace = LimitOf("Max address space"),
    };

    /// <summary>In bytes, what a process may map at most; null: all.</summary>
    public long? AddressSpace { get; init; }

    /// <summary>Why libtorch cannot work here, and what to do; null: it can.</summary>
    public string? Refusal => this switch
    {
        { System: not "Linux" } => $"this is {System}; a silo runs on Linux (glibc, x86-64): use a virtual machine, a container or WSL.",
        { Processor: not "X64" } => $"this processor is {Processor}; a silo needs x86-64, which is what libtorch's packages are built for.",
        { IsMusl: true } => "this system's C library is musl; a silo needs glibc, which is what libtorch's packages are built for: use Debian, Ubuntu or "
            + "Fedora instead of Alpine.",
        { AddressSpace: < LeastAddressSpace and var bytes } => string.Create(
            CultureInfo.InvariantCulture,
            $"libtorch cannot be loaded: {bytes / (double)(1 << 30):0.0} GiB of address space are allowed here; a silo needs {LeastAddressSpace >> 30} GiB "
                + $"or more: ulimit -v unlimited."),
        _ => null,
    };

    private static long? LimitOf(string name)
    {
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(each => each.StartsWith(name, StringComparison.Ordinal)) : null;
        return line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
