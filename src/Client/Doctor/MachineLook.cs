using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;
using Sheaf.Surroundings;

namespace Sheaf.Client.Doctor;

/// <summary>Looks at this machine; changes nothing but a file that it deletes at once.</summary>
internal static partial class MachineLook
{
    public const int GrpcPort = 7433;
    public const int HttpPort = 7434;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<MachineFacts> TakeAsync(ClientHost host, string data, CancellationToken cancellation)
    {
        var (loads, words) = await LibTorchAsync(host, cancellation);
        return new()
        {
            Machine = Machine.This,
            Glibc = Glibc(),
            Cores = Environment.ProcessorCount,
            HasAvx2 = Avx2.IsSupported,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            OpenFiles = OpenFiles(),
            Runtime = Environment.Version,
            Sdk = await SdkAsync(host, cancellation),
            DataFolder = data,
            DataProblem = Unwritable(Existing(data)),
            FreeBytes = new DriveInfo(Existing(data)).AvailableFreeSpace,
            TemporaryFolder = Path.GetTempPath(),
            TemporaryProblem = Unwritable(Path.GetTempPath()),
            LibTorch = words,
            LibTorchLoads = loads,
            Ports = [(GrpcPort, await TakenByAsync(GrpcPort, host, cancellation)), (HttpPort, await TakenByAsync(HttpPort, host, cancellation))],
        };
    }

    /// <summary>The folder, or the nearest one above it that is there.</summary>
    private static string Existing(string folder)
    {
        var there = folder;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        return there;
    }

    private static string? Unwritable(string folder)
    {
        try
        {
            using (File.Create(Path.Combine(folder, $".sheaf-{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose))
            {
                return null;
            }
        }
        catch (Exception no) when (no is IOException or UnauthorizedAccessException)
        {
            return no.Message;
        }
    }

    private static async Task<(bool Loads, string[] Words)> LibTorchAsync(ClientHost host, CancellationToken cancellation)
    {
        try
        {
            var (file, arguments) = SiloProgram.Find(host.Variable, AppContext.BaseDirectory, Environment.ProcessPath);
            var (code, lines) = await AskAsync(file, [.. arguments, "--check-libtorch"], cancellation);
            return (code == 0, lines);
        }
        catch (CliException no)
        {
            return (false, [no.Message]);
        }
    }

    private static async Task<string?> SdkAsync(ClientHost host, CancellationToken cancellation)
    {
        try
        {
            var (dotnet, _) = InstalledProgram.Command("a.dll", host.Variable, Environment.ProcessPath);
            var (code, lines) = await AskAsync(dotnet, ["--version"], cancellation);
            return code == 0 && lines.Length > 0 ? lines[0] : null;
        }
        catch (CliException)
        {
            return null;
        }
    }

    private static async Task<(int Code, string[] Lines)> AskAsync(string file, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Started.Process(start);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        var said = await output + (process.ExitCode == 0 ? "" : await error);
        return (process.ExitCode, said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static async Task<string?> TakenByAsync(int port, ClientHost host, CancellationToken cancellation)
    {
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = host.Time.CreateTimer(_ => guard.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port, guard.Token);
            return await IsSiloAsync(guard.Token) ? "a silo" : "another program";
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "a program that does not answer";
        }
    }

    /// <summary>A silo's two ports belong together, and one of them speaks plain HTTP.</summary>
    private static async Task<bool> IsSiloAsync(CancellationToken cancellation)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{HttpPort}/livez"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static long? OpenFiles()
    {
        const string Limits = "/proc/self/limits";
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(each => each.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] && long.TryParse(soft, out var files) ? files : null;
    }

    private static Version? Glibc()
    {
        try
        {
            return Version.TryParse(Marshal.PtrToStringUTF8(gnu_get_libc_version()), out var version) ? version : null;
        }
        catch (Exception no) when (no is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial nint gnu_get_libc_version();
}
