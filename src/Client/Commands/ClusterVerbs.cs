using System.CommandLine;
using Sheaf.Client.Clusters;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Running;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>cluster, and cluster up, down, start, stop, schema.</summary>
internal static class ClusterVerbs
{
    private const int MostSilos = 64;
    private const int MostDevices = 1024;

    public static Verb Create(ClientHost host)
    {
        var verb = new Verb("cluster", "List the silos, their devices, who trains what and who coordinates it; or start and stop a cluster on this machine.",
            new Example("cluster", "the silos, for a person"),
            new Example("cluster --output json", "one JSON object: {\"silos\":[...]}"),
            new Example("cluster up --silos 3", "three silos and a database on this machine"),
            new Example("cluster down", "stop them; what is stored is kept"));
        verb.Subcommands.Add(Up(host));
        verb.Subcommands.Add(Down(host));
        verb.Subcommands.Add(Start(host));
        verb.Subcommands.Add(Stop(host));
        verb.Subcommands.Add(ClusterSchemaVerb.Create(host));
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var cluster = await server.CallAsync(
                "list the silos", options => server.Cluster.DescribeAsync(new DescribeClusterRequest(), options), invocation.Interrupted);
            if (invocation.Json)
            {
                ClusterOutput.WriteJson(host.Out, cluster);
            }
            else
            {
                ClusterOutput.WriteText(host.Out, cluster, invocation.Ink);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Up(ClientHost host)
    {
        var silos = Count("--silos", "How many silos shall run", 3, MostSilos);
        var devices = Count("--devices-per-silo", "CPU cores that each new silo offers", 1, MostDevices);
        var data = Data();
        var verb = new Verb("up",
            "Start a PostgreSQL server and silos on this machine, and wait until they are active. Called again, it starts those that are missing and "
                + "leaves the others alone.",
            new Example("cluster up", "three silos with a core each"),
            new Example(
                "cluster up --silos 2 --devices-per-silo 4 --data /tmp/sheaf", "in a directory of your choice; verbs find it with --cluster /tmp/sheaf"),
            new Example("cluster up --silos 5", "two more, or those that were killed"));
        verb.Options.Add(silos);
        verb.Options.Add(devices);
        verb.Options.Add(data);
        verb.Handle(host, async invocation =>
        {
            var (paths, hint) = Where(invocation, data);
            var (state, started) = await new LocalCluster(paths, host).UpAsync(
                invocation.Parsed.GetValue(silos), $"cpu:{invocation.Parsed.GetValue(devices)}", invocation.Interrupted);
            WriteStarted(invocation, state, started);
            if (!invocation.Json)
            {
                host.Out.WriteLine();
                host.Out.WriteLine(invocation.Ink.Strong("next"));
                host.Out.WriteLine(
                    $"  {host.Name} run examples/fashion-mnist.yaml{hint.Replace("--cluster", "--data", StringComparison.Ordinal)}  # train on it");
                host.Out.WriteLine($"  {host.Name} cluster{hint}  # the silos, and who trains what");
                host.Out.WriteLine(
                    $"  {host.Name} cluster down{hint.Replace("--cluster", "--data", StringComparison.Ordinal)}  # stop it; what is stored is kept");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Down(ClientHost host)
    {
        var data = Data();
        var purge = new Option<bool>("--purge") { Description = "Delete the database, the checkpoints and the logs too: every experiment of the cluster" };
        var verb = new Verb("down",
            "Stop the silos and the database that `cluster up` started. Experiments and checkpoints are kept: unfinished ones go on after the next `up`.",
            new Example("cluster down", "no process and no socket is left"),
            new Example("cluster down --purge", "nothing at all is left"));
        verb.Options.Add(data);
        verb.Options.Add(purge);
        verb.Handle(host, async invocation =>
        {
            var (paths, _) = Where(invocation, data);
            var purged = invocation.Parsed.GetValue(purge);
            var ended = await new LocalCluster(paths, host).DownAsync(purged, invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.Strings("stopped", ended.Select(each => each.Silo.Name));
                    json.WriteBoolean("purged", purged);
                });
                return ExitCode.Ok;
            }

            foreach (var (silo, byItself) in ended)
            {
                host.Out.WriteLine($"{silo.Name} (process {silo.Pid}) {(byItself ? "stopped" : "did not stop in time and was killed")}");
            }

            host.Out.WriteLine(purged
                ? $"Nothing is left of the cluster in {paths.Data}."
                : $"Stopped. What is stored is kept in {paths.Root}; `{host.Name} cluster up` goes on with it.");
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Start(ClientHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The silo's name, such as silo-2" };
        var devices = new Option<string?>("--devices") { Description = "What it offers. Default: what it had before, else cpu:1", HelpName = "cpu:N|cuda:N" };
        var data = Data();
        var verb = new Verb("start", "Start one silo of the cluster on this machine: one that was stopped or killed, or a new one.",
            new Example("cluster start silo-2", "after it was killed"),
            new Example("cluster start silo-4 --devices cpu:2", "one more"));
        verb.Arguments.Add(name);
        verb.Options.Add(devices);
        verb.Options.Add(data);
        verb.Handle(host, async invocation =>
        {
            var (paths, _) = Where(invocation, data);
            var (state, started) = await new LocalCluster(paths, host).StartOneAsync(
                invocation.Parsed.GetRequiredValue(name), invocation.Parsed.GetValue(devices), invocation.Interrupted);
            WriteStarted(invocation, state, started);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Stop(ClientHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The silo's name, such as silo-2" };
        var data = Data();
        var verb = new Verb("stop",
            "Stop one silo of the cluster on this machine in order (SIGTERM): its workers leave at their next until, without a step being lost.",
            new Example("cluster stop silo-2", "the others go on"));
        verb.Arguments.Add(name);
        verb.Options.Add(data);
        verb.Handle(host, async invocation =>
        {
            var (paths, _) = Where(invocation, data);
            var silo = invocation.Parsed.GetRequiredValue(name);
            var byItself = await new LocalCluster(paths, host).StopOneAsync(silo, invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteString("stopped", silo);
                    json.WriteBoolean("killed", !byItself);
                });
            }
            else
            {
                host.Out.WriteLine(
                    $"{silo} {(byItself ? "stopped" : "did not stop in time and was killed")}; start it again: {host.Name} cluster start {silo}");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Option<int> Count(string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && (number < 1 || number > most))
            {
                result.AddError($"{name} is {number}; it takes 1 to {most}");
            }
        });
        return option;
    }

    private static Option<string?> Data() =>
        new("--data") { Description = "The cluster's data directory. Default: $XDG_DATA_HOME/sheaf, else ~/.local/share/sheaf", HelpName = "DIR" };

    /// <summary>Paths of the cluster, and what other verbs have to be told to find it.</summary>
    private static (ClusterPaths Paths, string Hint) Where(Invocation invocation, Option<string?> data)
    {
        var named = invocation.Parsed.GetValue(data);
        var (cluster, source) = invocation.Parsed.GetValue(GlobalOptions.Cluster) is { } option
            ? (option, "--cluster")
            : (invocation.Host.Variable("SHEAF_CLUSTER") is { Length: > 0 } variable ? variable : null, "SHEAF_CLUSTER");
        if (named is not null)
        {
            return source == "--cluster" && Path.GetFullPath(cluster!) != Path.GetFullPath(named)
                ? throw new CliException(ExitCode.BadUsage, "--data and --cluster name two clusters", null, "leave one of them out")
                : At(DataDirectory.Of(named, invocation.Host.Variable));
        }

        if (cluster is null)
        {
            return (new(DataDirectory.Of(null, invocation.Host.Variable)), "");
        }

        return cluster.Contains('=', StringComparison.Ordinal)
            ? throw new CliException(
                ExitCode.BadUsage, $"{source} names a database, and this verb starts and stops what runs on this machine",
                    "its silos are started with `silo --cluster CONNECTION`, each on its machine",
                "name a directory of this machine with --data DIR")
            : At(DataDirectory.Of(cluster, invocation.Host.Variable));

        static (ClusterPaths, string) At(string directory) => (new(directory), $" --cluster {ShellWord.Quote(directory)}");
    }

    private static void WriteStarted(Invocation invocation, ClusterState state, IReadOnlyList<string> started)
    {
        if (invocation.Json)
        {
            JsonLine.Write(invocation.Host.Out, json =>
            {
                json.WriteString("cluster", state.Connection);
                json.Objects("silos", state.Alive, silo =>
                {
                    json.WriteString("name", silo.Name);
                    json.WriteNumber("pid", silo.Pid);
                    json.WriteString("grpc", silo.Grpc);
                    json.WriteString("http", silo.Http);
                    json.WriteString("devices", silo.Devices);
                    json.WriteBoolean("started", started.Contains(silo.Name));
                });
            });
            return;
        }

        var table = new TextTable("silo", "process", "API", "metrics", "devices", "");
        foreach (var silo in state.Alive)
        {
            table.Add(
                silo.Name,
                silo.Pid.ToString(),
                silo.Grpc ?? "-",
                silo.Http is null ? "-" : $"{silo.Http}/metrics",
                silo.Devices,
                started.Contains(silo.Name) ? "started now" : "was running");
        }

        table.Write(invocation.Host.Out, invocation.Ink);
    }
}
