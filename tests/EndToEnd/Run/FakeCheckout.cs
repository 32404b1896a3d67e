using System.Diagnostics;
using System.Runtime.Versioning;
using Sheaf.Tests.EndToEnd.Client;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>
/// A checkout in a folder of its own with the real script, and a <c>dotnet</c> on PATH that builds nothing and notes in what surroundings it is called.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeCheckout : IDisposable
{
    /// <summary>A user without any right.</summary>
    private const string Nobody = "65534";

    private const string Dotnet = """
        #!/bin/sh
        case $1 in
          --version) echo 10.0.100 ;;
          build) echo "build $2 HOME=$HOME TMPDIR=${TMPDIR:-} Configuration=${Configuration:-}" >>"$CALLS" ;;
          format) shift; echo "format $*"; exit "${FORMATTED:-0}" ;;
          *) shift; echo "ran $*" ;;
        esac
        """;

    /// <summary>A package whose files are not those of MNIST.</summary>
    private const string Npm = """
        #!/bin/sh
        echo "npm $*" >>"$CALLS"
        mkdir -p package/data
        for file in train-images train-labels t10k-images t10k-labels; do
          echo other >package/data/$file-idx$(case $file in *images) echo 3 ;; *) echo 1 ;; esac)-ubyte; done
        tar -czf "$(echo "$4" | tr @ -).tgz" package && rm -r package
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-script-").FullName;

    public FakeCheckout()
    {
        Directory.CreateDirectory(Path.Combine(Root, "src"));
        Directory.CreateDirectory(Path.Combine(Root, "build"));
        foreach (var file in (string[])["src/a.cs", "Directory.Build.props", "LibTorch.targets", "global.json", ".editorconfig"])
        {
            File.WriteAllText(Path.Combine(Root, file), "");
        }

        File.Copy(Path.Combine(DocumentationTests.Root(), "sheaf"), Path.Combine(Root, "sheaf"));
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        File.WriteAllText(Path.Combine(_folder, "bin", "dotnet"), Dotnet);
        File.WriteAllText(Path.Combine(_folder, "bin", "npm"), Npm);
        File.WriteAllText(Log, "");
        foreach (var program in (string[])[Path.Combine(Root, "sheaf"), Path.Combine(_folder, "bin", "dotnet"), Path.Combine(_folder, "bin", "npm")])
        {
            File.SetUnixFileMode(program, ReadOnly | UnixFileMode.UserWrite | Runnable);
        }

        // Others are to get in, but not to write.
        File.SetUnixFileMode(_folder, ReadOnly | UnixFileMode.UserWrite | Runnable);
    }

    public string Root => Path.Combine(_folder, "checkout");

    public IReadOnlyList<string> Builds => File.ReadAllLines(Log);

    /// <summary>Every file and folder of the checkout with the time of its last change.</summary>
    public IReadOnlyList<string> Contents =>
        [.. Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}")];

    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Runnable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private string Log => Path.Combine(_folder, "log");

    /// <param name="variables">As for <c>env</c>; HOME and TMPDIR are usable where nothing else is said.</param>
    /// <param name="mayWrite">Whether the one who runs it may write into the checkout.</param>
    public async Task<(int Code, string Output, string Error)> RunAsync(string[] variables, string[] arguments, bool mayWrite = true)
    {
        string[] command =
        [
            "env", $"PATH={Path.Combine(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}", $"CALLS={Log}", $"HOME={_folder}", "TMPDIR=/tmp",
            .. variables,
            Path.Combine(Root, "sheaf"), .. arguments,
        ];
        if (!mayWrite && Environment.IsPrivilegedProcess)
        {
            // Rights do not bind root.
            command = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", .. command];
        }

        Restrict(mayWrite);
        try
        {
            var start = new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
                RedirectStandardInput = true
            };
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SHEAF_", StringComparison.Ordinal)).ToList())
            {
                start.Environment.Remove(name);
            }

            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var (output, error) = (
                process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            Restrict(mayWrite: true);
        }
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    private void Restrict(bool mayWrite)
    {
        foreach (var folder in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).Append(Root))
        {
            File.SetUnixFileMode(folder, ReadOnly | Runnable | (mayWrite ? UnixFileMode.UserWrite : UnixFileMode.None));
        }
    }
}
