using System.Diagnostics;
using Sheaf.Client.Failures;
using Sheaf.Client.Running;

namespace Sheaf.Client.Clusters;

/// <summary>Starts silos of a cluster that outlive this program.</summary>
internal sealed class SiloStarter(ClusterPaths paths, string connection, TimeProvider time, Func<string, string?> variable)
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(2);

    /// <summary>When the machine is busy, a silo that is just starting may seem dead to the others, and ends.</summary>
    private const int Attempts = 3;

    /// <summary>What a silo says to a bad command line or a cluster that refuses it: it would say it again.</summary>
    private const int Refused = 2;

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    // A session of its own: neither Ctrl-C nor the end of the terminal reaches it. Both programs replace themselves: the process id stays.
    private const string Script = "exec >>\"$0\" 2>&1 </dev/null; exec setsid \"$@\"";

    /// <summary>Starts a silo, again where it dies of no fault of its own, until it is active.</summary>
    /// <param name="beginning">One that is on its way already: an earlier call gave it up. Null: none.</param>
    /// <param name="begun">Told of each process as soon as it is there.</param>
    /// <exception cref="CliException">It ended, or was not ready in time.</exception>
    public async Task<ManagedSilo> StartAsync(string name, string devices, ManagedSilo? beginning, Action<ManagedSilo> begun, CancellationToken cancellation)
    {
        if (beginning is not null && await ReadyAsync(beginning, cancellation) is { } late)
        {
            return late;
        }

        for (var attempt = 1; ; attempt++)
        {
            using var process = Start(name, devices);
            var silo = new ManagedSilo(name, process.Id, Processes.Began(process.Id) ?? 0, null, null, devices);
            begun(silo);
            if (await ReadyAsync(silo, cancellation) is { } ready)
            {
                return ready;
            }

            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == Refused || attempt == Attempts)
            {
                throw Failed(name, $"{name} could not start");
            }
        }
    }

    private Process Start(string name, string devices)
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
        return Started.Process(start);
    }

    /// <summary>The silo with its addresses, when it is active; null: it ended before.</summary>
    private async Task<ManagedSilo?> ReadyAsync(ManagedSilo silo, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(AskEvery, time);
        while (true)
        {
            // In this order: a silo that announced and then ended has announced.
            var alive = silo.IsAlive;
            if (ReadySilo.Read(paths, silo) is { } ready)
            {
                return ready;
            }

            if (!alive)
            {
                return null;
            }

            if (time.GetElapsedTime(began) > ReadyWithin)
            {
                throw Failed(
                    silo.Name,
                    $"{silo.Name} was not ready within {ReadyWithin.TotalSeconds:0} s; it is left to itself: `cluster up` waits for it again, "
                        + "`cluster down` ends it");
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private CliException Failed(string name, string what)
    {
        var tail = LogTail.Read(paths.Log(name), 12);
        return new(
            ExitCode.RunFailed,
            what,
            tail.Count == 0 ? "it wrote nothing to its log" : "its log ends with\n" + string.Join('\n', tail),
            $"the whole log is {paths.Log(name)}");
    }
}
