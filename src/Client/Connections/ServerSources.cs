using Sheaf.Client.Clusters;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;

namespace Sheaf.Client.Connections;

/// <summary>
/// Which server a verb talks to: --server, else --cluster, else the variable SHEAF_SERVER, else SHEAF_CLUSTER, else the cluster that `cluster up` started from
/// the default data directory, else loopback.
/// </summary>
internal static class ServerSources
{
    public static IServerSource Choose(string? server, string? cluster, string? proxy, Func<string, string?> variable)
    {
        if (proxy is not null && server is null && (cluster is not null || variable("SHEAF_SERVER") is not { Length: > 0 }))
        {
            throw new CliException(
                ExitCode.BadUsage,
                "--proxy is for a server that is named",
                "a cluster's silos, and loopback, are reached directly",
                "name it with --server URL or the variable SHEAF_SERVER, or leave --proxy out");
        }

        if (server is not null)
        {
            var through = proxy is null ? "" : $" --proxy {ShellWord.Quote(proxy)}";
            return Named(server, "--server", $" --server {ShellWord.Quote(server)}{through}", proxy, variable);
        }

        if (cluster is not null)
        {
            return Cluster(cluster, "--cluster", variable);
        }

        if (variable("SHEAF_SERVER") is { Length: > 0 } named)
        {
            return Named(named, "the variable SHEAF_SERVER", proxy is null ? "" : $" --proxy {ShellWord.Quote(proxy)}", proxy, variable);
        }

        if (variable("SHEAF_CLUSTER") is { Length: > 0 } connection)
        {
            return Cluster(connection, "the variable SHEAF_CLUSTER", variable);
        }

        return (DataDirectory.Default(variable) is { } data ? Local(data, "") : null) ?? new OneServer(new Uri(ServerAddress.Default), "");
    }

    /// <summary>The cluster that was started from a data directory and has a living silo; null: none.</summary>
    public static IServerSource? Local(string data, string hint)
    {
        var paths = new ClusterPaths(data);
        return ClusterState.Read(paths)?.Alive.Any() == true ? new LocalServers(paths, hint) : null;
    }

    /// <summary>One address, or several with commas between them.</summary>
    private static IServerSource Named(string text, string source, string hint, string? proxy, Func<string, string?> variable)
    {
        var servers = text.Split(',', StringSplitOptions.TrimEntries).Select(address => ServerAddress.Parse(address, source)).ToArray();
        return servers.Length == 1 ? new OneServer(servers[0], hint, ServerAddress.Proxy(proxy, variable))
            : ServerAddress.Proxy(proxy, variable) is null ? new NamedServers(servers, hint)
            : throw new CliException(
                ExitCode.BadUsage,
                $"{source} names {servers.Length} servers, and a proxy is for one",
                "through a proxy only one server can be reached",
                "name one server, or leave --proxy and the variable SHEAF_PROXY out");
    }

    /// <summary>A connection string, or the data directory of a `cluster up`.</summary>
    private static IServerSource Cluster(string text, string source, Func<string, string?> variable)
    {
        var hint = source == "--cluster" ? $" --cluster {ShellWord.Quote(text)}" : "";
        return !text.Contains('=', StringComparison.Ordinal) && Directory.Exists(text)
            ? new LocalServers(new ClusterPaths(Path.GetFullPath(text)), hint)
            : new DatabaseServers(text, source, variable);
    }
}
