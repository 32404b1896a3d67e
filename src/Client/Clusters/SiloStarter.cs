using System.Diagnostics;
using System.Text.Json;
using Sheaf.Client.Failures;
using Sheaf.Client.Running;

namespace Sheaf.Client.Clusters;

/// <summary>Starts silos of a cluster that outlive this program.</summary>
internal sealed class SiloStarter(ClusterPaths paths, string connection, TimeProvider time, Func<string, string?> variable)
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    // A session of its own: neither Ctrl-C nor the end of the terminal reaches it. Both programs replace themselves: the process id stays.
    private const string Script = "exec >>\"$0\" 2>&1 </dev/null; exec setsid \"$@\"";

    /// <summary>Starts the process and returns at once.</summary>
    public ManagedSilo Start(string name, string devices)
    {
        var (file, arguments) = SiloProgram.Find(variable, AppContext.BaseDirectory, Environment.ProcessPath);
        Directory.CreateDirectory(Path.GetDirectoryName(paths.Log(name))!);
        File.Delete(paths.Announce(name));
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, ArgumentList = { "-c", Script, paths.Log(name), file } };
        foreach (var argument in (string[])[.. arguments,
            "--name", name, "--data", paths.Root, "--checkpoints", paths.Checkpoints, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices", devices,
            "--announce", paths.Announce(name)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["SHEAF_CLUSTER"] = connection;
        using var process = Process.Start(start) ?? throw new CliException(ExitCode.RunFailed, $"could not start {file}");
        return new(name, process.Id, Processes.Began(process.Id) ?? 0, null, null, devices);
    }

    /// <summary>The silo with its addresses, when it is active.</summary>
    /// <exception cref="CliException">It ended, or was not ready in time.</exception>
    public async Task<ManagedSilo> ReadyAsync(ManagedSilo silo, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(AskEvery, time);
        while (true)
        {
            // In this order: a silo that announced and then ended has announced.
            var alive = silo.IsAlive;
            if (Announced(silo) is { } ready)
            {
                File.Delete(paths.Announce(silo.Name));
                return ready;
            }

            if (!alive || time.GetElapsedTime(began) > ReadyWithin)
            {
                var tail = LogTail.Read(paths.Log(silo.Name), 12);
                throw new CliException(
                    ExitCode.RunFailed, alive ? $"{silo.Name} was not ready within {ReadyWithin.TotalSeconds:0} s" : $"{silo.Name} could not start",
                    tail.Count == 0 ? "it wrote nothing to its log" : "its log ends with\n" + string.Join('\n', tail), $"the whole log is {paths.Log(silo.Name)}");
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private ManagedSilo? Announced(ManagedSilo silo)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(paths.Announce(silo.Name)));
            return silo with { Grpc = json.RootElement.GetProperty("grpc").GetString(), Http = json.RootElement.GetProperty("http").GetString() };
        }
        catch (Exception notYet) when (notYet is JsonException or IOException)
        {
            return null;
        }
    }
}
