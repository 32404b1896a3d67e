using Npgsql;

namespace Sheaf.Api.Cluster;

/// <summary>Connection strings, as they may be shown: never with a password.</summary>
public static class ConnectionText
{
    /// <exception cref="ClusterRefusedException">It is none. The message repeats no part of it: any part may belong to a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new(connection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ClusterRefusedException("--cluster (or SHEAF_CLUSTER) is no connection string of PostgreSQL: expected "
                + "\"Host=...;Username=...;Database=...\", values with ';' in quotes.");
        }

        return string.IsNullOrEmpty(parsed.Host)
            ? throw new ClusterRefusedException("--cluster (or SHEAF_CLUSTER) names no Host: expected \"Host=...;Username=...;Database=...\".")
            : parsed;
    }

    /// <summary>Where it leads, for a message: database, host, user.</summary>
    /// <param name="withFolder">Names the folder of a socket, which is of use to who wrote the connection string; otherwise it is on this machine.</param>
    public static string Show(NpgsqlConnectionStringBuilder connection, bool withFolder = true)
    {
        var host = !connection.Host!.StartsWith('/') ? $"at {connection.Host}:{connection.Port}" : withFolder ? $"at {connection.Host}" : "on this machine";
        var user = string.IsNullOrEmpty(connection.Username) ? "" : $" as {connection.Username}";
        // PostgreSQL's own default is a database named as the user.
        var name = connection.Database ?? connection.Username;
        return $"database{(name is null ? "" : $" '{name}'")} {host}{user}";
    }

    /// <summary>Connections that nobody uses are closed after some seconds: other silos may need them.</summary>
    public static void GiveBackSoon(NpgsqlConnectionStringBuilder connection, DatabaseOptions options)
    {
        var idle = (int)options.IdleWithin.TotalSeconds;
        connection.ConnectionPruningInterval = Math.Min(connection.ConnectionPruningInterval, idle);
        connection.ConnectionIdleLifetime = Math.Max(connection.ConnectionPruningInterval, Math.Min(connection.ConnectionIdleLifetime, idle));
    }

    /// <summary>
    /// The same connection for the tables of Orleans, unless it says otherwise itself. It gives up a server that does not answer within the time of the
    /// options: what waits for a write must not wait for Npgsql's 30 s, in which the leases of an experiment end. A server that hangs is not asked to cancel
    /// what was given up: Npgsql waits for that on a thread of the pool, on which probes of other silos run too. And it is not reset each time that it leaves
    /// the pool: those tables keep nothing in a session, and the reset costs as much as a read.
    /// </summary>
    public static string ForOrleans(string connection, DatabaseOptions options)
    {
        var parsed = Parse(connection);
        var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connection };
        parsed.Timeout = given.ContainsKey("Timeout") ? parsed.Timeout : (int)options.ConnectWithin.TotalSeconds;
        parsed.CommandTimeout = given.ContainsKey("Command Timeout") || given.ContainsKey("CommandTimeout")
            ? parsed.CommandTimeout
            : (int)options.AnswerWithin.TotalSeconds;
        parsed.CancellationTimeout = given.ContainsKey("Cancellation Timeout") || given.ContainsKey("CancellationTimeout") ? parsed.CancellationTimeout : -1;
        if (!given.Keys.Cast<string>().Any(key => key.Replace(" ", "", StringComparison.Ordinal).Equals("MaximumPoolSize", StringComparison.OrdinalIgnoreCase)
            || key.Equals("MaxPoolSize", StringComparison.OrdinalIgnoreCase)))
        {
            parsed.MaxPoolSize = options.OrleansConnections;
        }

        GiveBackSoon(parsed, options);
        parsed.NoResetOnClose |= !given.ContainsKey("No Reset On Close") && !given.ContainsKey("NoResetOnClose");
        return parsed.ConnectionString;
    }
}
