using Npgsql;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Connections;

/// <summary>The silos that a cluster's database knows to be members.</summary>
internal sealed class DatabaseServers : IServerSource
{
    private const int Seconds = 5;

    /// <summary>The status of a member that takes calls.</summary>
    private const int Active = 3;

    private readonly NpgsqlConnectionStringBuilder _connection;

    /// <exception cref="CliException">It is no connection string; no part of it is repeated, for it may be a password.</exception>
    public DatabaseServers(string connection, string source)
    {
        try
        {
            _connection = new(connection) { Timeout = Seconds, CommandTimeout = Seconds, Pooling = false, ApplicationName = "sheaf" };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw Bad(source);
        }

        if (string.IsNullOrEmpty(_connection.Host))
        {
            throw Bad(source);
        }

        Description = $"the database at {(_connection.Host.StartsWith('/') ? _connection.Host : $"{_connection.Host}:{_connection.Port}")}";
        Hint = source == "--cluster" ? " --cluster CONNECTION" : "";
    }

    public string Description { get; }

    public string Hint { get; }

    public async Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(_connection.ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("""
                SELECT silo.Grpc FROM SheafSilo silo
                JOIN OrleansMembershipTable member USING (Address, Port, Generation)
                WHERE member.Status = @active ORDER BY silo.Name
                """, connection);
            command.Parameters.AddWithValue("active", Active);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var found = new List<Uri>();
            while (await reader.ReadAsync(cancellation))
            {
                found.Add(new(reader.GetString(0)));
            }

            return found;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new CliException(ExitCode.Unreachable, $"{Description} has no tables of Sheaf", null, "make them: sheaf cluster schema --cluster CONNECTION");
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new CliException(ExitCode.Unreachable, $"{Description} cannot be asked where the silos are", e is PostgresException postgres ? postgres.MessageText : e.InnerException?.Message ?? e.Message,
                "start it, or name a silo with --server URL", e);
        }
    }

    private static CliException Bad(string source) => new(
        ExitCode.BadUsage, $"{source} is neither a connection string of PostgreSQL nor the directory of a cluster", "it is not repeated here: a part of it may be a password",
        "for example --cluster \"Host=db;Username=sheaf;Database=sheaf\", values with ';' in quotes");
}
