using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>The child process of `run`, with shell scripts in the silo's place.</summary>
public sealed class SiloLauncherTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-launcher-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task StartAsync_SiloThatAnnouncesItself_IsReadyAndEndsOnSigTerm()
    {
        var launcher = Launcher("""
            trap 'echo ended politely; exit 0' TERM
            announce=
            while [ $# -gt 0 ]; do [ "$1" = --announce ] && announce=$2; shift; done
            echo started
            printf '{"pid":1,"grpc":"http://127.0.0.1:5001","http":"http://127.0.0.1:5002"}\n' > "$announce"
            while :; do sleep 0.05; done
            """);

        await using var silo = await launcher.StartAsync(Options(), TestContext.Current.CancellationToken);
        Assert.Equal(new Uri("http://127.0.0.1:5001"), silo.Server);
        Assert.False(silo.Exited.IsCompleted);

        await silo.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await silo.Exited);
        Assert.Equal(["started", "ended politely"], await File.ReadAllLinesAsync(silo.LogPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task StartAsync_SiloThatFails_IsAnErrorWithItsLastLines()
    {
        var launcher = Launcher("echo 'another silo owns this directory' >&2; exit 7");

        var failure = await Assert.ThrowsAsync<CliException>(() => launcher.StartAsync(Options(), TestContext.Current.CancellationToken));

        Assert.Contains("exit code 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains("another silo owns this directory", failure.Why, StringComparison.Ordinal);
        Assert.Contains(Options().LogPath, failure.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_DataDirectoryThatIsAFile_IsBadUsage()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<CliException>(
            () => Launcher("exit 0").StartAsync(Options() with { DataDirectory = file }, TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_SiloThatDoesNotEnd_IsKilledWhenToldNow()
    {
        var launcher = Launcher("""
            trap '' TERM
            while [ $# -gt 0 ]; do [ "$1" = --announce ] && printf '{"grpc":"http://127.0.0.1:5001"}\n' > "$2"; shift; done
            while :; do sleep 0.05; done
            """);
        await using var silo = await launcher.StartAsync(Options(), TestContext.Current.CancellationToken);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();

        await silo.StopAsync(now.Token);

        Assert.Equal(137, await silo.Exited);
    }

    [Fact]
    public async Task StartAsync_CancelledWhileTheSiloStarts_LeavesNoProcess()
    {
        var pidFile = Path.Combine(_folder.FullName, "pid");
        var launcher = Launcher($"echo $$ > '{pidFile}.new'; mv '{pidFile}.new' '{pidFile}'; while :; do sleep 0.05; done");
        using var cancel = new CancellationTokenSource();

        var starting = launcher.StartAsync(Options(), cancel.Token);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System))
        {
            while (!File.Exists(pidFile))
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(pidFile, TestContext.Current.CancellationToken)).Trim()}"));
    }

    private SiloOptions Options() => new(Path.Combine(_folder.FullName, "data"), "cpu:2", Path.Combine(_folder.FullName, "data", "logs", "run.log"));

    private SiloLauncher Launcher(string script)
    {
        var path = Path.Combine(_folder.FullName, "silo.sh");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new SiloLauncher(TimeProvider.System, name => name == "SHEAF_SILO" ? path : null);
    }
}
