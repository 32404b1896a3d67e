using System.Globalization;

namespace Sheaf.Silo;

/// <summary>Reads the server's command line.</summary>
public static class SiloCommandLine
{
    /// <summary>The cluster's connection string where the command line has none: a command line is seen by every user of the machine, and it may hold a password.</summary>
    public const string ClusterVariable = "SHEAF_CLUSTER";

    public const string Usage = """
        Usage: Sheaf.Silo [options]
          --data DIR             where everything is kept (default: $XDG_DATA_HOME/sheaf or ~/.local/share/sheaf)
          --listen IP:PORT       gRPC (default 127.0.0.1:7433; port 0 takes a free one)
          --http IP:PORT         /metrics, /livez, /readyz (default 127.0.0.1:7434)
          --devices cpu:N|cuda:N  devices to offer: N cores, or the first N GPUs (default: cpu, all cores); cuda:0,cuda:0 is two workers on one GPU
          --name NAME            the silo's name, unique in its cluster (default: the machine's)
          --announce FILE        write a JSON line {pid, grpc, http} there when ready
          --parent PID           stop when that process is gone
        One silo of a cluster:
          --cluster CONNECTION   its PostgreSQL database, such as "Host=db;Username=sheaf;Database=sheaf" (default: the variable SHEAF_CLUSTER,
                                 which no other user sees; neither: a silo that is alone and needs no database)
          --cluster-id ID        the cluster that owns the database (default sheaf)
          --silo-endpoint IP:PORT  where other silos reach this one (default 127.0.0.1 and a free port)
          --data-endpoint IP:PORT  where the devices of other silos reach this one's (default 127.0.0.1 and a free port)
          --checkpoints DIR      checkpoints, in a directory that all silos share (default: checkpoints in --data)
        The database's tables come from deploy/postgresql: ./sheaf cluster schema --cluster CONNECTION
        """;

    /// <param name="arguments">Of the process.</param>
    /// <param name="variable">An environment variable, or null. Null: the process's.</param>
    /// <exception cref="FormatException">Says which option is wrong and what is allowed.</exception>
    public static SiloOptions Parse(IReadOnlyList<string> arguments, Func<string, string?>? variable = null)
    {
        var options = new SiloOptions { Cluster = (variable ?? Environment.GetEnvironmentVariable)(ClusterVariable) is { Length: > 0 } cluster ? cluster : null };
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var key, var text] ? (key, text) : (arguments[i], i + 1 < arguments.Count ? arguments[++i] : null);
            if (value is null)
            {
                throw new FormatException($"{name} needs a value.\n{Usage}");
            }

            options = name switch
            {
                "--data" => options with { Data = value },
                "--listen" => options with { Listen = value },
                "--http" => options with { Http = value },
                "--devices" => options with { Devices = value },
                "--name" => options with { Name = Name(value) },
                "--cluster" => options with { Cluster = value },
                "--cluster-id" => options with { ClusterId = value.Length is > 0 and <= 150 ? value : throw new FormatException($"--cluster-id '{value}': expected 1 to 150 characters.") },
                "--silo-endpoint" => options with { SiloEndpoint = value },
                "--data-endpoint" => options with { DataEndpoint = value },
                "--checkpoints" => options with { Checkpoints = value },
                "--announce" => options with { Announce = value },
                "--parent" => options with { Parent = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : throw new FormatException($"--parent {value}: expected a process id.") },
                _ => throw new FormatException($"{name} is no option.\n{Usage}"),
            };
        }

        return options;
    }

    /// <summary>A name is a folder's name too, and a key in the database.</summary>
    private static string Name(string name) => name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? name
        : throw new FormatException($"--name '{name}': expected 1 to 100 letters, digits, '-', '_' and '.', not beginning with '.', such as silo-1.");
}
