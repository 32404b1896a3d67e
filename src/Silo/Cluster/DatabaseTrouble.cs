using Npgsql;

namespace Sheaf.Silo.Cluster;

/// <summary>What a failure of the cluster's database means to a user. Pure.</summary>
internal static class DatabaseTrouble
{
    private const string Follows = "steps go on, and what must be written waits: new experiments and commands, new generations, checkpoints that count, the "
        + "end of a run";

    /// <param name="database">Where it is, without a password.</param>
    public static string Of(Exception failure, string database) => $"the cluster's {database} {What(failure)}; {Follows}";

    private static string What(Exception failure) => failure is PostgresException postgres
        ? postgres.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction => "takes no writes (read-only)",
            PostgresErrorCodes.TooManyConnections => "has no connection left for this silo (max_connections is too low)",
            PostgresErrorCodes.DiskFull => "takes no writes (its disk is full)",
            _ => $"refuses writes ({postgres.MessageText})",
        }
        : failure is TimeoutException or { InnerException: TimeoutException }
            ? "does not answer"
            : $"cannot be reached ({(failure.InnerException ?? failure).Message.TrimEnd('.')})";
}
