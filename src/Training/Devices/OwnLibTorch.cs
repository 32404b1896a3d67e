using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Sheaf.Training.Devices;

/// <summary>
/// A libtorch that is on the machine already, such as the one in PyTorch's folder: the variable <see cref="Variable"/> names its folder. Its libraries are loaded before TorchSharp asks for
/// libraries of these names, and the dynamic loader then gives it those.
/// </summary>
public static partial class OwnLibTorch
{
    public const string Variable = "SHEAF_LIBTORCH";

    private const string Binding = "libLibTorchSharp.so";

    /// <summary>With which training was tried: NuGet's, and PyTorch's for CUDA.</summary>
    private static readonly string[] Tried = ["2.10.0", "2.11.0+cu130"];

    /// <summary>In the order in which they need each other; those for GPUs only where they are.</summary>
    private static readonly (string Name, bool Needed)[] Libraries = [("libc10.so", true), ("libtorch_cpu.so", true), ("libc10_cuda.so", false), ("libtorch_cuda.so", false), ("libtorch.so", true)];

    /// <summary>Of the libtorch that was chosen, as far as its folder says; null where none was.</summary>
    public static string? Version { get; private set; }

    /// <summary>Loads the libtorch that the environment names. Before anything of TorchSharp is used.</summary>
    /// <returns>What a user should know; null where the environment names none.</returns>
    /// <exception cref="LibTorchRefusedException">It cannot be used; the message says why and what to do.</exception>
    public static string? Load(Func<string, string?> variable) => variable(Variable) is { Length: > 0 } folder ? Load(folder, AppContext.BaseDirectory) : null;

    /// <param name="program">The folder of this program, which has TorchSharp's own library.</param>
    internal static string Load(string folder, string program)
    {
        if (Libraries.FirstOrDefault(library => library.Needed && !File.Exists(Path.Combine(folder, library.Name))).Name is { } missing)
        {
            throw new LibTorchRefusedException($"{Variable}={folder}: there is no {missing}. It names the folder with libtorch's libraries, such as PyTorch's: "
                + "python3 -c 'import torch, os; print(os.path.join(os.path.dirname(torch.__file__), \"lib\"))'");
        }

        if (File.Exists(Path.Combine(program, "libtorch_cpu.so")))
        {
            throw new LibTorchRefusedException($"{Variable}={folder}: this build has a libtorch of its own beside it ({program}), and a process can have only one. "
                + $"Build without it, once (SHEAF_TORCH=none ./sheaf build), or unset {Variable}.");
        }

        var version = VersionIn(folder);
        foreach (var (name, _) in Libraries.Where(library => File.Exists(Path.Combine(folder, library.Name))))
        {
            Open(Path.Combine(folder, name), reason => $"{Variable}={folder}: {name} cannot be loaded: {reason}");
        }

        Open(Path.Combine(program, Binding), reason => $"{Variable}={folder}: TorchSharp {TorchSharpVersion} does not fit libtorch {version ?? "of this folder"}: {reason}. "
            + $"Tried were {string.Join(" and ", Tried)}.");
        Version = version ?? "of unknown version";
        return Tried.Contains(version)
            ? $"libtorch {version} of {folder} is used; this version was tried."
            : $"libtorch {Version} of {folder} is used. It was not tried with this version of Sheaf; {string.Join(" and ", Tried)} were.";
    }

    /// <summary>PyTorch's folder has a version.py above, libtorch's archive a file build-version.</summary>
    internal static string? VersionIn(string folder)
    {
        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (above is null)
        {
            return null;
        }

        var (python, archive) = (Path.Combine(above, "version.py"), Path.Combine(above, "build-version"));
        return File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match ? match.Groups["version"].Value
            : File.Exists(archive) ? File.ReadAllText(archive).Trim()
            : null;
    }

    private static string TorchSharpVersion => typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3) ?? "";

    private static void Open(string path, Func<string, string> refusal)
    {
        // Now, not when it is first called: a function that is missing must be found here, not in the middle of a run.
        const int now = 2;
        if (Open(path, now) == 0)
        {
            throw new LibTorchRefusedException(refusal(Marshal.PtrToStringUTF8(Error()) ?? "no reason is given"));
        }
    }

    [GeneratedRegex("""^__version__\s*=\s*['"](?<version>[^'"]+)['"]""", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PythonVersion();

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc.so.6", EntryPoint = "dlerror")]
    private static partial nint Error();
}
