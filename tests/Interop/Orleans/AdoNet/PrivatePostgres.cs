using System.Diagnostics;
using Npgsql;

namespace Sheaf.Tests.Interop.Orleans.AdoNet;

/// <summary>
/// A PostgreSQL server of the tests' own, with the tables of deploy/postgresql: data and socket in a temporary folder, no TCP port. It refuses to run as
/// root, so root starts it as the user postgres, whom Debian's package makes.
/// </summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-pg-").FullName;
    private readonly string _programs = FindPrograms();

    public string ConnectionString => $"Host={_root};Username=postgres;Database=postgres;Pooling=true";

    public async ValueTask InitializeAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", _root);
        }

        await RunServerToolAsync("initdb", "--pgdata", Path.Combine(_root, "data"), "--username", "postgres", "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C");
        await StartServerAsync();
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();

        // Twice: the script says that it may be run again.
        for (var i = 0; i < 2; i++)
        {
            await using var command = new NpgsqlCommand(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "orleans.sql")), connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopServerAsync();
        Directory.Delete(_root, recursive: true);
    }

    public Task StartServerAsync() => RunServerToolAsync(
        "pg_ctl", "--silent", "--pgdata", Path.Combine(_root, "data"), "--wait", "--log", Path.Combine(_root, "log"),
        "--options", $"-c listen_addresses='' -c unix_socket_directories='{_root}' -c fsync=off -c max_connections=300", "start");

    /// <summary>As if its machine had died.</summary>
    public Task StopServerAsync() => RunServerToolAsync("pg_ctl", "--silent", "--pgdata", Path.Combine(_root, "data"), "--mode", "immediate", "stop");

    private static string FindPrograms()
    {
        const string Versions = "/usr/lib/postgresql";
        var found = Directory.Exists(Versions) ? Directory.GetDirectories(Versions).Order().LastOrDefault(d => File.Exists(Path.Combine(d, "bin", "initdb"))) : null;
        return found is null ? throw new FileNotFoundException($"There is no PostgreSQL under {Versions}: apt-get install postgresql.") : Path.Combine(found, "bin");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // pg_ctl's server inherits what is redirected and would keep the pipe open; initdb is the one that talks much.
        var quiet = arguments.Any(a => a.EndsWith("initdb", StringComparison.Ordinal)) || program.EndsWith("initdb", StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = quiet }) ?? throw new InvalidOperationException(program);
        var output = quiet ? await process.StandardOutput.ReadToEndAsync() : "";
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}. {output}");
    }

    private Task RunServerToolAsync(string tool, params string[] arguments)
    {
        var program = Path.Combine(_programs, tool);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);
    }
}
