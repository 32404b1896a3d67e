using System.Diagnostics;
using System.Text.Json;
using Grpc.Net.Client;
using Sheaf.V1;

namespace Sheaf.Testbed;

/// <summary>One silo as a process. Signals go to it alone; a channel to it is open as long as it runs.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private GrpcChannel? _channel;
    private CancellationTokenSource _frozen = new();

    private SiloProcess(string name, Process process, string log) => (Name, _process, Log) = (name, process, log);

    public string Name { get; }

    public int Pid => _process.Id;

    /// <summary>What it prints.</summary>
    public string Log { get; }

    /// <summary>It was announced, and is neither gone nor frozen.</summary>
    public bool Answers => _channel is not null && !IsFrozen && !HasExited;

    public bool IsFrozen { get; private set; }

    public bool HasExited => _process.HasExited;

    /// <summary>Where its gRPC listens.</summary>
    public Uri Server { get; private set; } = null!;

    /// <summary>Where its /metrics is.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Cancelled when it is killed, stopped or frozen: a call that waits for it should not.</summary>
    public CancellationToken Away => _frozen.Token;

    public Experiments.ExperimentsClient Experiments => new(Channel);

    public Sheaf.V1.Cluster.ClusterClient Cluster => new(Channel);

    public Checkpoints.CheckpointsClient Checkpoints => new(Channel);

    private GrpcChannel Channel => _channel ?? throw new InvalidOperationException($"Silo '{Name}' has not started.");

    /// <summary>Starts it; it may take seconds until it announces itself.</summary>
    /// <param name="environment">Variables for it alone.</param>
    /// <param name="network">Path of a network namespace, or null.</param>
    /// <param name="server">The program, where it is no silo.</param>
    public static SiloProcess Start(string name, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment,
        string? network, string? server = null)
    {
        Directory.CreateDirectory(folder);
        var announce = Path.Combine(folder, "announce.json");
        File.Delete(announce);
        var log = Path.Combine(folder, "output.log");
        string[] program = network is null ? ["dotnet"] : ["nsenter", $"--net={network}", "dotnet"];
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$@\" >>\"$SHEAF_OUTPUT\" 2>&1 </dev/null", "sh", .. program, server ?? Checkout.Program("Silo"), .. arguments, "--announce",
                announce]);
        start.Environment["SHEAF_OUTPUT"] = log;
        start.Environment["OMP_NUM_THREADS"] = start.Environment["MKL_NUM_THREADS"] = "1";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment.Remove("SHEAF_SERVER");
        start.Environment.Remove("SHEAF_CLUSTER");
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return new(name, Process.Start(start)!, log);
    }

    /// <exception cref="InvalidOperationException">It ended first; says what it printed.</exception>
    /// <param name="open">How calls get there; null: without TLS and token.</param>
    public async Task AnnouncedAsync(string folder, Func<Uri, GrpcChannel>? open = null)
    {
        var announce = Path.Combine(folder, "announce.json");
        await Until.TrueAsync(() => File.Exists(announce) || HasExited, $"silo '{Name}' says where it listens; its log: {Log}");
        if (!File.Exists(announce))
        {
            throw new InvalidOperationException($"Silo '{Name}' ended with {_process.ExitCode} when it started:\n{await File.ReadAllTextAsync(Log)}");
        }

        var said = JsonDocument.Parse(await File.ReadAllTextAsync(announce)).RootElement;
        (Server, Http) = (new(said.GetProperty("grpc").GetString()!), new(said.GetProperty("http").GetString()!));
        _channel = open is not null ? open(Server) : GrpcChannel.ForAddress(Server, new() { MaxReceiveMessageSize = 64 * 1024 * 1024 });
    }

    /// <summary>It ended itself with SIGABRT, as a silo does that learns of it.</summary>
    public bool WasDeclaredDead =>
        HasExited && _process.ExitCode == 134 && File.ReadAllText(Log).Contains("I have been told I am dead", StringComparison.Ordinal);

    public async Task KillAsync()
    {
        _frozen.Cancel();
        Signals.Send(Pid, Signals.Kill);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: it leaves the cluster in good order.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        Signals.Send(Pid, Signals.Terminate);
        return await ExitAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Until.Patience, TimeProvider.System);
        _frozen.Cancel();
        return _process.ExitCode;
    }

    public void Freeze()
    {
        IsFrozen = true;
        Signals.Send(Pid, Signals.Stop);
        _frozen.Cancel();
    }

    public void Thaw()
    {
        Signals.Send(Pid, Signals.Continue);
        _frozen = new();
        IsFrozen = false;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await KillAsync();
        }

        _channel?.Dispose();
        _process.Dispose();
    }
}
