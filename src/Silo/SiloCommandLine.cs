using System.Globalization;
using Sheaf.Surroundings;

namespace Sheaf.Silo;

/// <summary>Reads the server's command line.</summary>
public static class SiloCommandLine
{
    /// <summary>
    /// The cluster's connection string where the command line has none: a command line is seen by every user of the machine, and it may hold a password.
    /// </summary>
    public const string ClusterVariable = "SHEAF_CLUSTER";

    public const string Usage = """
        Usage: Sheaf.Silo [options]
          --data DIR             where everything is kept (default: $XDG_DATA_HOME/sheaf or ~/.local/share/sheaf)
          --listen IP:PORT       gRPC (default 127.0.0.1:7433; port 0 takes a free one)
          --http IP:PORT         /metrics, /livez, /readyz (default 127.0.0.1:7434)
          --devices cpu:N|cuda:N  devices to offer: N cores, or the first N GPUs (default: cpu, all cores)
          --name NAME            the silo's name, unique in its cluster (default: the machine's)
          --announce FILE        write a JSON line {pid, grpc, http} there when ready
          --parent PID           stop when that process is gone
          --shutdown-time SECONDS  from SIGTERM to the end, at most (default 120; 1 to 3600); a silo of a cluster drains within three quarters of it
        One silo of a cluster:
          --cluster CONNECTION   its PostgreSQL database, such as "Host=db;Username=sheaf;Database=sheaf" (default: the variable SHEAF_CLUSTER,
                                 which no other user sees; neither: a silo that is alone and needs no database)
          --cluster-id ID        the cluster that owns the database (default sheaf)
          --silo-endpoint IP:PORT  where other silos reach this one (default 127.0.0.1 and a free port)
          --data-endpoint IP:PORT  where the devices of other silos reach this one's (default 127.0.0.1 and a free port)
          --checkpoints DIR      checkpoints, in a directory that all silos share (default: checkpoints in --data)
        The database's tables come from deploy/postgresql: ./sheaf cluster schema --cluster CONNECTION
        """;

    private static readonly string[] Options =
        ["--data", "--listen", "--http", "--devices", "--name", "--announce", "--parent", "--shutdown-time", "--cluster", "--cluster-id", "--silo-endpoint", "--data-endpoint", "--checkpoints"];

    /// <summary>Those that mean nothing to a silo that is alone.</summary>
    private static readonly string[] OfClusters = ["--cluster-id", "--silo-endpoint", "--data-endpoint"];

    /// <summary>Every value is checked here, so that none is first refused by a library, half-way through the start.</summary>
    /// <param name="arguments">Of the process.</param>
    /// <param name="variable">An environment variable, or null. Null: the process's.</param>
    /// <exception cref="FormatException">Says which option is wrong and what is allowed.</exception>
    public static SiloOptions Parse(IReadOnlyList<string> arguments, Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        var given = Read(arguments);
        var options = new SiloOptions
        {
            Data = given.TryGetValue("--data", out var data) ? Folder("--data", data) : DataHome.Default(variable),
            Cluster = given.TryGetValue("--cluster", out var cluster) ? Connection(cluster) : variable(ClusterVariable) is { Length: > 0 } named ? named : null,
        };
        foreach (var (name, value) in given)
        {
            options = name switch
            {
                "--listen" => options with { Listen = value },
                "--http" => options with { Http = value },
                "--devices" => options with { Devices = value },
                "--name" => options with { Name = Name(value) },
                "--cluster-id" => options with { ClusterId = value.Length is > 0 and <= 150 && !value.Any(char.IsControl) ? value : throw Bad(name, value, "expected 1 to 150 characters") },
                "--silo-endpoint" => options with { SiloEndpoint = Endpoints.ParseReachable(name, value).ToString() },
                "--data-endpoint" => options with { DataEndpoint = Endpoints.ParseReachable(name, value).ToString() },
                "--checkpoints" => options with { Checkpoints = Folder(name, value) },
                "--announce" => options with { Announce = value.Length > 0 && value[^1] != '/' && !Directory.Exists(value) ? Folder(name, value) : throw Bad(name, value, "expected a file") },
                "--parent" => options with
                {
                    Parent = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
                        ? pid
                        : throw Bad(name, value, "expected a process id"),
                },
                "--shutdown-time" => options with
                {
                    ShutdownTime = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600
                        ? TimeSpan.FromSeconds(seconds)
                        : throw Bad(name, value, "expected whole seconds from 1 to 3600"),
                },
                _ => options,
            };
        }

        _ = DeviceOffer.Parse(options.Devices);
        _ = options.Endpoints;
        return options.Cluster is null && OfClusters.FirstOrDefault(given.ContainsKey) is { } lonely
            ? throw new FormatException(
                $"{lonely} is for a silo of a cluster: name its database with --cluster CONNECTION or {ClusterVariable}, or leave {lonely} out.")
            : options;
    }

    private static Dictionary<string, string> Read(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var key, var text] ? (key, text) : (arguments[i], null);
            if (!Options.Contains(name))
            {
                var near = NearestName.Find(name, Options);
                throw new FormatException($"{Printable.Short(name, 80)} is no option{(near is null ? "" : $"; did you mean {near}?")}{(near is null ? "; " : " ")}--help lists them all.");
            }

            value ??= i + 1 < arguments.Count && !Options.Contains(arguments[i + 1])
                ? arguments[++i]
                : throw new FormatException($"{name} needs a value; --help says which.");
            given[name] = value;
        }

        return given;
    }

    private static string Folder(string option, string path) => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
        ? path
        : throw Bad(option, path, option == "--announce" ? "expected a file" : "expected a directory");

    private static string Connection(string text) => text.Trim().Length > 0
        ? text
        : throw Bad("--cluster", text, "expected a connection string, such as \"Host=db;Username=sheaf;Database=sheaf\"");

    private static FormatException Bad(string option, string value, string allowed) => new($"{option} '{Printable.Short(value, 80)}': {allowed}.");

    /// <summary>A name is a folder's name too, and a key in the database.</summary>
    private static string Name(string name) =>
        name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? name
        : throw new FormatException(
            $"--name '{Printable.Short(name, 80)}': expected 1 to 100 letters, digits, '-', '_' and '.', not beginning with '.', such as silo-1.");
}
