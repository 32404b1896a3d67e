using System.Diagnostics;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>A silo in a process of its own, which a test may kill, freeze or stop. Disposing kills it.</summary>
internal sealed class ChildSilo : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private ChildSilo(Process process, Task<string> errors, SiloAddress address)
    {
        _process = process;
        _errors = errors;
        Address = address;
    }

    public SiloAddress Address { get; }

    public int ProcessId => _process.Id;

    public static async Task<ChildSilo> StartAsync(PrivatePostgres postgres, string cluster, string name, int port = 0)
    {
        var program = Path.ChangeExtension(typeof(SiloProcess.IProcessGrain).Assembly.Location, null);
        var start = new ProcessStartInfo(program, ["silo", postgres.ConnectionString, cluster, name, port.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException(program);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new ChildSilo(process, errors, SiloAddress.FromParsableString(line["ready ".Length..]));
            }
        }

        throw new InvalidOperationException($"The child {name} has not become active. {await errors}");
    }

    public void Kill() => _process.Kill();

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Terminate() => Signal("TERM");

    public async Task<(int Code, string Errors)> ExitedAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
