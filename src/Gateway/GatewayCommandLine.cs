using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;
using Sheaf.Surroundings;

namespace Sheaf.Gateway;

/// <summary>Reads the command line of a gateway.</summary>
internal static class GatewayCommandLine
{
    public const string Usage = """
        Usage: sheaf-gateway --cluster CONNECTION [options]
        The gRPC API and the HTTP endpoints of a cluster's silos, without devices or data: as many as are wanted.
          --cluster CONNECTION   the cluster's PostgreSQL database, such as "Host=db;Username=sheaf;Database=sheaf" (default: the variable SHEAF_CLUSTER,
                                 which no other user sees)
          --cluster-id ID        the cluster that owns the database (default sheaf)
          --listen IP:PORT       gRPC (default 127.0.0.1:7433; port 0 takes a free one)
          --http IP:PORT         /metrics, /livez, /readyz, /startupz (default 127.0.0.1:7434)
          --name NAME            how answers and metrics call it (default: gateway- and the machine's name)
          --announce FILE        write a JSON line {pid, grpc, http} there when it has found a silo
          --shutdown-time SECONDS  from SIGTERM to the end, at most (default 30; 1 to 3600)
        A gateway that runs, for a container's health check:
          --probe [readyz|livez|startupz]  ask the one on this machine, at --http: exit code 0 where all is well, else 1 (default readyz)
        Silos are found in the database, and reached at their --gateway-port, and at their --listen for what lies on their disks.
        """ + LogOptions.Usage + SecurityCommandLine.Usage;

    private static readonly string[] Options =
        ["--cluster", "--cluster-id", "--listen", "--http", "--name", "--announce", "--shutdown-time", LogOptions.FormatOption, LogOptions.LevelOption];

    /// <param name="arguments">Of the process.</param>
    /// <param name="variable">An environment variable, or null. Null: the process's.</param>
    /// <exception cref="FormatException">Says which option is wrong and what is allowed.</exception>
    /// <exception cref="ClusterRefusedException">The connection string is none.</exception>
    public static GatewayOptions Parse(IReadOnlyList<string> arguments, Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        var given = OptionReader.Read(arguments, [.. Options, .. SecurityCommandLine.Options], SecurityCommandLine.Flags);
        var named = variable(ServerOptions.ClusterVariable);
        var options = new GatewayOptions
        {
            Cluster = given.TryGetValue("--cluster", out var cluster) ? ServerOptions.Connection(cluster)
                : !string.IsNullOrEmpty(named) ? named
                : throw new FormatException(
                    "--cluster is missing: a gateway serves the silos of a cluster. "
                        + $"Name its database with --cluster CONNECTION or the variable {ServerOptions.ClusterVariable}."),
            Log = LogOptions.Of(given, variable),
            Security = SecurityCommandLine.Read(given),
        };
        foreach (var (name, value) in given)
        {
            options = name switch
            {
                "--cluster-id" => options with { ClusterId = ServerOptions.ClusterId(value) },
                "--listen" => options with { Listen = value },
                "--http" => options with { Http = value },
                "--name" => options with { Name = ServerOptions.Name(value) },
                "--announce" => options with { Announce = ServerOptions.Announce(value) },
                "--shutdown-time" => options with { ShutdownTime = ServerOptions.Seconds(name, value) },
                _ => options,
            };
        }

        SecurityCommandLine.DemandSafe(options.Security, options.Endpoints, []);
        _ = ConnectionText.Parse(options.Cluster);
        return options;
    }
}
