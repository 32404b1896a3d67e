using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Clusters;

/// <summary>
/// The PostgreSQL server of a cluster on one machine: it listens on a socket in a folder that nobody else can enter, on no port, so that it needs no password.
/// </summary>
internal sealed class PrivateDatabase
{
    private const string Versions = "/usr/lib/postgresql";

    /// <summary>A socket's path may have 107 bytes; PostgreSQL's name for it is 19 long.</summary>
    private const int LongestFolder = 80;

    /// <summary>Higher than Linux counts.</summary>
    private const int NobodysPid = int.MaxValue;

    /// <summary>Where root keeps databases whose user may not enter the data directory (as under /root).</summary>
    private const string ForDatabaseUser = "/var/lib/sheaf";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly string _programs;

    private PrivateDatabase(string folder, string programs) => (_folder, _programs) = (folder, programs);

    public string Folder => _folder;

    public string Connection => $"Host={Socket};Username=sheaf;Database=postgres;Maximum Pool Size=10";

    /// <summary>
    /// The server's process; null: it does not run. The number in its file may be another's by now: after a power cut, or in a container that started again.
    /// </summary>
    public int? Pid => NotedPid is { } pid && Processes.IsAt(pid, "postgres", Data) ? pid : null;

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    private int? NotedPid =>
        File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
            ? pid
            : null;

    private string Data => Path.Combine(_folder, "data");

    private string HalfMade => Path.Combine(_folder, "making-");

    private string Socket => _folder.Length <= LongestFolder ? _folder : $"/tmp/sheaf-{Hash(_folder)}";

    /// <summary>The database of a cluster, whether or not it was made yet.</summary>
    /// <exception cref="CliException">PostgreSQL is not installed, or may not write anywhere.</exception>
    public static async Task<PrivateDatabase> OfAsync(ClusterPaths paths, CancellationToken cancellation)
    {
        var outside = Path.Combine(ForDatabaseUser, $"postgres-{Hash(paths.Root)}");
        var inside = Path.Combine(paths.Root, "postgres");
        var folder = Directory.Exists(Path.Combine(outside, "data")) || !await CanUseAsync(inside, cancellation) ? outside : inside;
        return new(folder, FindPrograms(folder));
    }

    /// <summary>Makes it at the first call, starts it where it does not run, and brings its tables up to date.</summary>
    /// <param name="variable">An environment variable, or null.</param>
    public async Task UpAsync(Func<string, string?> variable, CancellationToken cancellation)
    {
        await MakeFolderAsync(_folder, cancellation);
        await MakeFolderAsync(Socket, cancellation);
        if (!File.Exists(Path.Combine(Data, "PG_VERSION")))
        {
            await MakeAsync(cancellation);
        }

        DeleteHalfMade();

        if (Pid is null)
        {
            // The processes of a server that was killed notice it one after the other; none starts while one of them still uses the data.
            await Processes.NoneAtAsync("postgres", Data, Patience, TimeProvider.System, cancellation);
            await ForgetPidAsync(cancellation);
            await ConfigureAsync(cancellation);
            await Tool.DemandAsync(
                $"start the database (its log is {Log})",
                [Program("pg_ctl"), "--silent", "--pgdata", Data, "--wait", "--timeout", "60", "--log", Log, "start"],
                cancellation);
        }

        await ClusterTables.ApplyAsync(Connection, variable, cancellation);
    }

    /// <summary>Stops it and takes its socket away; harmless where it does not run.</summary>
    public async Task DownAsync(CancellationToken cancellation)
    {
        if (Pid is not null)
        {
            var (code, _) = await Tool.RunAsDatabaseUserAsync(
                [Program("pg_ctl"), "--silent", "--pgdata", Data, "--mode", "fast", "--wait", "--timeout", "30", "stop"], cancellation);
            if (code != 0 && Pid is not null)
            {
                await Tool.DemandAsync(
                    "stop the database",
                    [Program("pg_ctl"), "--silent", "--pgdata", Data, "--mode", "immediate", "--wait", "--timeout", "30", "stop"],
                    cancellation);
            }
        }

        if (Socket != _folder && Directory.Exists(Socket))
        {
            Directory.Delete(Socket, recursive: true);
        }
    }

    /// <summary>Deletes all that is stored.</summary>
    public void Purge()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        if (Directory.Exists(ForDatabaseUser) && !Directory.EnumerateFileSystemEntries(ForDatabaseUser).Any())
        {
            Directory.Delete(ForDatabaseUser);
        }
    }

    private string Log => Path.Combine(_folder, "log");

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];

    /// <summary>Makes the folder, and tells whether the user of the database may work in it.</summary>
    private static async Task<bool> CanUseAsync(string folder, CancellationToken cancellation)
    {
        if (!Tool.IsRoot)
        {
            return true;
        }

        await MakeFolderAsync(folder, cancellation);
        var (code, _) = await Tool.RunAsDatabaseUserAsync(["test", "-w", folder, "-a", "-x", folder], cancellation);
        if (code != 0)
        {
            Directory.Delete(folder);
        }

        return code == 0;
    }

    private static async Task MakeFolderAsync(string folder, CancellationToken cancellation)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (Tool.IsRoot)
        {
            var (code, output) = await Tool.RunAsync(["chown", Tool.DatabaseUser, folder], cancellation);
            if (code != 0)
            {
                throw new CliException(
                    ExitCode.BadUsage,
                    "PostgreSQL refuses to run as root and its own user is missing",
                    output,
                    $"install PostgreSQL, which makes the user {Tool.DatabaseUser}, or run this as another user than root");
            }
        }
    }

    /// <summary>Made under another name and renamed when it is whole, so that a call that is killed leaves nothing that looks like a database.</summary>
    private async Task MakeAsync(CancellationToken cancellation)
    {
        var made = $"{HalfMade}{Guid.NewGuid():N}";
        await Tool.DemandAsync(
            "make the database",
            [
                Program("initdb"), "--pgdata", made, "--username", "sheaf", "--auth-local", "trust", "--auth-host", "reject", "--encoding", "UTF8",
                    "--locale", "C",
            ],
            cancellation);
        Directory.Move(made, Data);
    }

    private void DeleteHalfMade()
    {
        foreach (var left in Directory.EnumerateDirectories(_folder, Path.GetFileName(HalfMade) + "*"))
        {
            try
            {
                Directory.Delete(left, recursive: true);
            }
            catch (IOException)
            {
                // The program of a call that was killed still writes there; the next call finds it.
            }
        }
    }

    /// <summary>
    /// PostgreSQL does not start while the noted number is that of any process of its user. The file keeps its other lines, by which it finds out whether
    /// processes of a server that was killed still use the data.
    /// </summary>
    private async Task ForgetPidAsync(CancellationToken cancellation)
    {
        if (NotedPid is { } pid && Processes.Began(pid) is not null)
        {
            var lines = await File.ReadAllLinesAsync(PidFile, cancellation);
            lines[0] = NobodysPid.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllTextAsync(PidFile, string.Join('\n', lines) + "\n", cancellation);
        }
    }

    private async Task ConfigureAsync(CancellationToken cancellation)
    {
        var settings = $"""
            # Written by `sheaf cluster up` at each start.
            listen_addresses = ''
            unix_socket_directories = '{Socket.Replace("'", "''", StringComparison.Ordinal)}'
            max_connections = 300
            shared_buffers = 32MB
            jit = off
            """;
        // Root may write there; the file must stay readable for the server's user.
        await File.WriteAllTextAsync(Path.Combine(Data, "postgresql.conf"), settings + "\n", cancellation);
    }

    private string Program(string name) => Path.Combine(_programs, name);

    private static string FindPrograms(string folder)
    {
        var made = Path.Combine(folder, "data", "PG_VERSION");
        var wanted = File.Exists(made) ? File.ReadAllText(made).Trim() : null;
        var installed = (Directory.Exists(Versions) ? Directory.GetDirectories(Versions) : [])
            .Where(version => File.Exists(Path.Combine(version, "bin", "initdb")))
            .OrderByDescending(version => Path.GetFileName(version)!, NaturalOrder.Instance)
            .ToList();
        var found = wanted is null ? installed.FirstOrDefault() : installed.Find(version => Path.GetFileName(version) == wanted);
        return found is not null
            ? Path.Combine(found, "bin")
            : throw new CliException(
                ExitCode.BadUsage,
                wanted is null ? "PostgreSQL is not installed" : $"the cluster's database was made by PostgreSQL {wanted}, which is not installed",
                $"looked in {Versions}",
                wanted is null
                    ? "install it (Debian: apt-get install postgresql)"
                    : $"install it (Debian: apt-get install postgresql-{wanted}), or `cluster down --purge` to begin anew");
    }
}
