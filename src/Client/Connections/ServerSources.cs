using Sheaf.Client.Clusters;
using Sheaf.Client.Running;

namespace Sheaf.Client.Connections;

/// <summary>
/// Which server a verb talks to: --server, else --cluster, else the variable SHEAF_SERVER, else SHEAF_CLUSTER, else the cluster that `cluster up` started from the default
/// data directory, else loopback.
/// </summary>
internal static class ServerSources
{
    public static IServerSource Choose(string? server, string? cluster, Func<string, string?> variable)
    {
        if (server is not null)
        {
            return new OneServer(ServerAddress.Parse(server, "--server"), $" --server {server}");
        }

        if (cluster is not null)
        {
            return Cluster(cluster, "--cluster");
        }

        if (variable("SHEAF_SERVER") is { Length: > 0 } named)
        {
            return new OneServer(ServerAddress.Parse(named, "the variable SHEAF_SERVER"), "");
        }

        if (variable("SHEAF_CLUSTER") is { Length: > 0 } connection)
        {
            return Cluster(connection, "the variable SHEAF_CLUSTER");
        }

        return Local(DataDirectory.Default(variable), "") ?? new OneServer(new Uri(ServerAddress.Default), "");
    }

    /// <summary>The cluster that was started from a data directory and has a living silo; null: none.</summary>
    public static IServerSource? Local(string data, string hint)
    {
        var paths = new ClusterPaths(data);
        return ClusterState.Read(paths)?.Alive.Any() == true ? new LocalServers(paths, hint) : null;
    }

    /// <summary>A connection string, or the data directory of a `cluster up`.</summary>
    private static IServerSource Cluster(string text, string source)
    {
        var hint = source == "--cluster" ? $" --cluster {Commands.ShellWord.Quote(text)}" : "";
        return !text.Contains('=', StringComparison.Ordinal) && Directory.Exists(text)
            ? new LocalServers(new ClusterPaths(Path.GetFullPath(text)), hint)
            : new DatabaseServers(text, source);
    }
}
