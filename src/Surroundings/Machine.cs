using System.Runtime.InteropServices;

namespace Sheaf.Surroundings;

/// <summary>What kind of machine a silo runs on, as far as libtorch cares.</summary>
/// <param name="System">Linux, or another system's name.</param>
/// <param name="Processor">X64, or another.</param>
/// <param name="IsMusl">Its C library is musl, as on Alpine.</param>
public sealed record Machine(string System, string Processor, bool IsMusl)
{
    public static Machine This => new(
        OperatingSystem.IsLinux() ? "Linux" : OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : RuntimeInformation.OSDescription,
        RuntimeInformation.OSArchitecture.ToString(),
        OperatingSystem.IsLinux() && File.Exists("/lib/ld-musl-x86_64.so.1") && !File.Exists("/lib64/ld-linux-x86-64.so.2"));

    /// <summary>Why libtorch cannot work here, and what to do; null: it can.</summary>
    public string? Refusal => this switch
    {
        { System: not "Linux" } => $"this is {System}; a silo runs on Linux (glibc, x86-64): use a virtual machine, a container or WSL.",
        { Processor: not "X64" } => $"this processor is {Processor}; a silo needs x86-64, which is what libtorch's packages are built for.",
        { IsMusl: true } => "this system's C library is musl; a silo needs glibc, which is what libtorch's packages are built for: use Debian, Ubuntu or Fedora instead of Alpine.",
        _ => null,
    };
}
