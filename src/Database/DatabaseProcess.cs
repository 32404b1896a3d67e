using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;
using Sheaf.Surroundings;

namespace Sheaf.Database;

/// <summary>
/// Answers one question about a cluster's PostgreSQL on standard output. The CLI starts this program for the few commands that need the database,
/// so that no other command carries the driver.
/// The connection string is the variable SHEAF_CLUSTER: a command line is seen by every user of the machine.
/// </summary>
internal static class DatabaseProcess
{
    private const string Usage = """
        Usage: Sheaf.Database silos|schema|print|backup DIR|restore DIR
          silos   one line for each silo that takes calls: the URL of its API
          schema  make the tables, or bring them up to date
          print   the SQL that `schema` runs
          backup  write what is kept into a folder
          restore  put it into a database in which nothing is
        The database is the connection string in the variable SHEAF_CLUSTER. Exit codes: 0 done; 1 another failure; 2 no connection string;
        3 the database has no tables of Sheaf; 4 it cannot be reached or refuses, and standard output says why;
        5 it cannot take the backup, and standard output says why.
        """;

    private const int Done = 0;
    private const int Failed = 1;
    private const int NoConnectionString = 2;
    private const int NoTables = 3;
    private const int Refused = 4;
    private const int NotEmpty = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        RegionalFormat.Ignore();
        ForeignVariables.Clear();
        // Ctrl-C in a terminal reaches the CLI too, which decides what becomes of this program and ends it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        try
        {
            switch (arguments)
            {
                case ["silos"]:
                    foreach (var silo in await SiloTable.ReadAsync(Connection()))
                    {
                        await output.WriteLineAsync(silo);
                    }

                    return Done;
                case ["schema"]:
                    await SchemaScripts.ApplyAsync(Connection());
                    return Done;
                case ["print"]:
                    foreach (var script in SchemaScripts.Names)
                    {
                        await output.WriteLineAsync(SchemaScripts.Text(script));
                    }

                    return Done;
                case ["backup", var folder]:
                    await output.WriteAsync(await DatabaseBackup.WriteAsync(Connection(), folder));
                    return Done;
                case ["restore", var folder]:
                    await output.WriteAsync(await DatabaseBackup.ReadAsync(Connection(), folder));
                    return Done;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return Failed;
            }
        }
        catch (FormatException)
        {
            return NoConnectionString;
        }
        catch (PostgresException e) when (arguments is (["silos"] or ["backup", _]) && e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return NoTables;
        }
        catch (NotEmptyException e)
        {
            await output.WriteAsync(e.Message);
            return NotEmpty;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or SocketException)
        {
            await output.WriteAsync(e is PostgresException postgres ? postgres.MessageText : e.InnerException?.Message ?? e.Message);
            return Refused;
        }
    }

    /// <exception cref="FormatException">There is none.</exception>
    private static NpgsqlConnectionStringBuilder Connection()
    {
        try
        {
            return new(Environment.GetEnvironmentVariable("SHEAF_CLUSTER"));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("SHEAF_CLUSTER is no connection string of PostgreSQL.", e);
        }
    }
}
