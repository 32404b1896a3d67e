namespace Sheaf.Testbed;

/// <summary>
/// A PostgreSQL server of one's own with the tables of deploy/postgresql: data and socket in one folder, no TCP port, so that it is reached from every network
/// namespace. It refuses to run as root, so root starts it as the user postgres, whom Debian's package makes.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _root;
    private readonly string _programs;
    private bool _running;

    /// <param name="root">A folder that does not exist; a short path, as sockets have.</param>
    /// <exception cref="FileNotFoundException">There is no PostgreSQL here.</exception>
    public PostgresServer(string root)
    {
        const string Versions = "/usr/lib/postgresql";
        var found = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).Order().LastOrDefault(d => File.Exists(Path.Combine(d, "bin", "initdb")))
            : null;
        (_root, _programs) = (
            root,
            found is null
                ? throw new FileNotFoundException($"There is no PostgreSQL under {Versions}: apt-get install postgresql.")
                : Path.Combine(found, "bin"));
    }

    public string ConnectionString => $"Host={_root};Username=postgres;Database=postgres";

    private string Data => Path.Combine(_root, "data");

    /// <summary>Makes the database and starts the server.</summary>
    public async Task CreateAsync()
    {
        Directory.CreateDirectory(_root);
        if (Environment.IsPrivilegedProcess)
        {
            await Command.RunAsync("chown", "postgres", _root);
        }

        await ToolAsync("initdb", "--pgdata", Data, "--username", "postgres", "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C");
        await StartAsync();
        foreach (var script in Directory.GetFiles(Path.Combine(Checkout.Root, "deploy", "postgresql"), "*.sql").Order(StringComparer.Ordinal))
        {
            await Command.RunAsync(
                Path.Combine(_programs, "psql"), "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "--host", _root, "--username", "postgres", "--file",
                script, "postgres");
        }
    }

    /// <summary>Does nothing where it runs.</summary>
    public async Task StartAgainAsync()
    {
        if (_running)
        {
            Thaw();
        }
        else
        {
            await StartAsync();
        }
    }

    /// <summary>As a crash: nothing is said goodbye to.</summary>
    public async Task CrashAsync()
    {
        if (_running)
        {
            await ToolAsync("pg_ctl", "--silent", "--pgdata", Data, "--mode", "immediate", "--wait", "stop");
            _running = false;
        }
    }

    /// <summary>Connections stay open and nobody answers.</summary>
    public void Freeze() => Signal(Signals.Stop);

    public void Thaw() => Signal(Signals.Continue);

    public async Task<string> QueryAsync(string sql) =>
        (await Command.RunAsync(Path.Combine(_programs, "psql"), "--no-psqlrc", "-tAq", "--host", _root, "--username", "postgres", "-c", sql,
        "postgres")).Trim();

    public async ValueTask DisposeAsync()
    {
        if (_running)
        {
            Thaw();
            await CrashAsync();
        }
    }

    private async Task StartAsync()
    {
        await ToolAsync(
            "pg_ctl", "--silent", "--pgdata", Data, "--wait", "--log", Path.Combine(_root, "log"),
            "--options", $"-c listen_addresses='' -c unix_socket_directories='{_root}' -c fsync=off -c max_connections=200", "start");
        _running = true;
    }

    private void Signal(int signal)
    {
        // The first server process and its children, one for each connection; the first one first, so that it starts no more.
        var first = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First());
        Signals.Send(first, signal);
        foreach (var child in File.ReadAllText($"/proc/{first}/task/{first}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Signals.Send(int.Parse(child), signal);
        }
    }

    private Task ToolAsync(string tool, params string[] arguments)
    {
        var program = Path.Combine(_programs, tool);
        var log = $"{_root}.{tool}.log";
        return Environment.IsPrivilegedProcess
            ? Command.RunToFileAsync(log, "runuser", ["-u", "postgres", "--", program, .. arguments])
            : Command.RunToFileAsync(log, program, arguments);
    }
}
