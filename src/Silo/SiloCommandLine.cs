using System.Globalization;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;
using Sheaf.Surroundings;
using Sheaf.Training.Objects;

namespace Sheaf.Silo;

/// <summary>Reads the server's command line.</summary>
public static class SiloCommandLine
{
    public const string Usage = """
        Usage: Sheaf.Silo [options]
          --data DIR             where everything is kept (default: $XDG_DATA_HOME/sheaf or ~/.local/share/sheaf)
          --listen IP:PORT       gRPC (default 127.0.0.1:7433; port 0 takes a free one)
          --http IP:PORT         /metrics, /livez, /readyz, /startupz (default 127.0.0.1:7434)
          --devices cpu:N|cuda:N  devices to offer: N cores, or the first N GPUs (default: cpu, all cores)
          --name NAME            the silo's name, unique in its cluster (default: the machine's)
          --checkpoints DIR|URL  checkpoints: a directory that all silos of a cluster share, or s3://BUCKET/PREFIX
                                 (default: the variable SHEAF_CHECKPOINTS, else checkpoints in --data)
          --s3-endpoint URL      of an object store that is not Amazon's, such as https://minio.lan:9000 (default: the variable AWS_ENDPOINT_URL_S3);
                                 region and credentials as the AWS SDK finds them: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE, a machine's role
          --remote-data-limit GIB       disk for copies of remote data (https://, s3://), which are kept until others need the room (default 64; 1 to 1048576)
          --announce FILE        write a JSON line {pid, grpc, http} there when ready
          --parent PID           stop when that process is gone
          --user-code allow|deny  whether classes that users wrote in C# run here (default: allow where --listen and --http are of this machine alone)
          --trial-time SECONDS   what the trial of such classes may take before an experiment is accepted (default 60; 1 to 3600)
          --trial-memory MIB     the memory that it may have (default 4096; 256 to 1048576)
          --shutdown-time SECONDS  from SIGTERM to the end, at most (default 120; 1 to 3600); a silo of a cluster drains within three quarters of it
        One silo of a cluster:
          --cluster CONNECTION   its PostgreSQL database, such as "Host=db;Username=sheaf;Database=sheaf" (default: the variable SHEAF_CLUSTER,
                                 which no other user sees; neither: a silo that is alone and needs no database)
          --cluster-id ID        the cluster that owns the database (default sheaf)
          --silo-endpoint IP:PORT  where other silos reach this one (default 127.0.0.1 and a free port)
          --data-endpoint IP:PORT  where the devices of other silos reach this one's (default 127.0.0.1 and a free port)
          --gateway-port PORT    where gateways (sheaf-gateway) reach this one, at --silo-endpoint's address (default: a free port)
        A silo that runs, for a container's health check:
          --probe [readyz|livez|startupz]  ask the one on this machine, at --http: exit code 0 where all is well, else 1 (default readyz)
        The machine:
          --check-libtorch       load libtorch, say its version and the GPUs that it sees, and end
        The database's tables come from deploy/postgresql: ./sheaf cluster schema --cluster CONNECTION
        """ + LogOptions.Usage + SecurityCommandLine.Usage;

    private const string CheckpointsVariable = "SHEAF_CHECKPOINTS";

    private static readonly string[] Options =
        ["--data", "--listen", "--http", "--devices", "--name", "--announce", "--parent", "--shutdown-time", "--user-code", "--trial-time",
            "--trial-memory", "--remote-data-limit", "--cluster", "--cluster-id", "--silo-endpoint",
            "--data-endpoint", "--gateway-port", "--checkpoints", "--s3-endpoint", LogOptions.FormatOption, LogOptions.LevelOption];

    /// <summary>Those that mean nothing to a silo that is alone.</summary>
    private static readonly string[] OfClusters = ["--cluster-id", "--silo-endpoint", "--data-endpoint", "--gateway-port"];

    /// <summary>Every value is checked here, so that none is first refused by a library, half-way through the start.</summary>
    /// <param name="arguments">Of the process.</param>
    /// <param name="variable">An environment variable, or null. Null: the process's.</param>
    /// <exception cref="FormatException">Says which option is wrong and what is allowed.</exception>
    public static SiloOptions Parse(IReadOnlyList<string> arguments, Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        var given = OptionReader.Read(arguments, [.. Options, .. SecurityCommandLine.Options], SecurityCommandLine.Flags);
        var options = new SiloOptions
        {
            Data = given.TryGetValue("--data", out var data) ? ServerOptions.Folder("--data", data) : DataHome.Default(variable),
            Cluster = given.TryGetValue("--cluster", out var cluster) ? ServerOptions.Connection(cluster)
                : variable(ServerOptions.ClusterVariable) is { Length: > 0 } named ? named
                : null,
            Checkpoints = variable(CheckpointsVariable) is { Length: > 0 } kept ? StoreOf(CheckpointsVariable, kept) : null,
            Log = LogOptions.Of(given, variable),
            Security = SecurityCommandLine.Read(given),
        };
        foreach (var (name, value) in given)
        {
            options = name switch
            {
                "--listen" => options with { Listen = value },
                "--http" => options with { Http = value },
                "--devices" => options with { Devices = value },
                "--name" => options with { Name = ServerOptions.Name(value) },
                "--cluster-id" => options with { ClusterId = ServerOptions.ClusterId(value) },
                "--silo-endpoint" => options with { SiloEndpoint = Endpoints.ParseReachable(name, value).ToString() },
                "--data-endpoint" => options with { DataEndpoint = Endpoints.ParseReachable(name, value).ToString() },
                "--gateway-port" => options with { GatewayPort = ServerOptions.Port(name, value) },
                "--checkpoints" => options with { Checkpoints = StoreOf(name, value) },
                "--s3-endpoint" => options with { ObjectEndpoint = StoreEndpoint(name, value) },
                "--announce" => options with { Announce = ServerOptions.Announce(value) },
                "--parent" => options with
                {
                    Parent = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
                        ? pid
                        : throw ServerOptions.Bad(name, value, "expected a process id"),
                },
                "--shutdown-time" => options with { ShutdownTime = ServerOptions.Seconds(name, value) },
                "--user-code" => options with
                {
                    UserCode = value switch { "allow" => true, "deny" => false, _ => throw ServerOptions.Bad(name, value, "expected allow or deny") },
                },
                "--trial-time" => options with { TrialTime = ServerOptions.Seconds(name, value) },
                "--remote-data-limit" => options with
                {
                    RemoteDataLimit = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var disk) && disk is >= 1 and <= 1 << 20
                        ? (long)disk << 30
                        : throw ServerOptions.Bad(name, value, "expected a number of GiB from 1 to 1048576"),
                },
                "--trial-memory" => options with
                {
                    TrialMemory = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 256 and <= 1 << 20
                        ? (long)size << 20
                        : throw ServerOptions.Bad(name, value, "expected a number of MiB from 256 to 1048576"),
                },
                _ => options,
            };
        }

        options = options.ObjectEndpoint is null ? options with { ObjectEndpoint = EndpointOf(variable) } : options;
        _ = DeviceOffer.Parse(options.Devices);
        SecurityCommandLine.DemandSafe(options.Security, options.ApiEndpoints, options.ClusterEndpoints);
        return options.Cluster is null && OfClusters.FirstOrDefault(given.ContainsKey) is { } lonely
            ? throw new FormatException(
                $"{lonely} is for a silo of a cluster: name its database with --cluster CONNECTION or {ServerOptions.ClusterVariable}, or leave {lonely} out.")
            : options;
    }

    private static string StoreOf(string option, string value) => !ObjectUrl.IsMeant(value) ? ServerOptions.Folder(option, value)
        : ObjectUrl.TryParse(value, out var url) ? url.ToString()
        : throw ServerOptions.Bad(
            option, value, "expected a directory, or s3://BUCKET/PREFIX with a bucket of 3 to 63 lower-case letters, digits, '-' and '.'");

    private static Uri? EndpointOf(Func<string, string?> variable) =>
        new[] { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" }.FirstOrDefault(name => variable(name) is { Length: > 0 }) is { } name
            ? StoreEndpoint(name, variable(name)!)
            : null;

    /// <summary>Credentials have no place in it: it is on a command line, and in messages.</summary>
    private static Uri StoreEndpoint(string option, string value)
    {
        var isUrl = Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        return isUrl && url!.UserInfo.Length == 0 && url.Query.Length == 0
            ? url
            : throw ServerOptions.Bad(
                option,
                isUrl ? $"{url!.Scheme}://{url.Authority}" : value,
                "expected the URL of an object store, such as https://minio.lan:9000, without user, password or query");
    }
}
