using Npgsql;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Clusters;

/// <summary>The scripts of deploy/postgresql, which this program carries.</summary>
internal static class SchemaScripts
{
    /// <summary>In the order in which they are run. Running them again keeps what is stored.</summary>
    public static IReadOnlyList<string> Names { get; } = ["orleans.sql", "sheaf.sql"];

    public static string Text(string name)
    {
        using var reader = new StreamReader(typeof(SchemaScripts).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the program."));
        return reader.ReadToEnd();
    }

    /// <exception cref="CliException">The database cannot be reached or refuses.</exception>
    public static async Task ApplyAsync(string connection, CancellationToken cancellation)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false });
            await using var opened = await source.OpenConnectionAsync(cancellation);
            foreach (var name in Names)
            {
                await using var command = new NpgsqlCommand(Text(name), opened);
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new CliException(ExitCode.Unreachable, "the tables could not be made", e is PostgresException postgres ? postgres.MessageText : e.InnerException?.Message ?? e.Message,
                "check that the database runs, and that its user may create tables", e);
        }
    }
}
