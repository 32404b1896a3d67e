using System.Net;
using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Options;

namespace Sheaf.Gateway;

/// <summary>All that an operator may set of a gateway; a new object has the defaults.</summary>
internal sealed record GatewayOptions
{
    public const string DefaultHttp = "127.0.0.1:7434";

    /// <summary>Connection string of the cluster's PostgreSQL database, where the silos are found.</summary>
    [Option("The cluster's database, such as \"Host=db;Username=sheaf;Database=sheaf\"", Kind = OptionKind.Connection,
        Default = "the variable SHEAF_CLUSTER, which no other user sees")]
    public required string Cluster { get; init; }

    [Option("The cluster that owns the database", Kind = OptionKind.Label)]
    public string ClusterId { get; init; } = "sheaf";

    /// <summary>Where gRPC listens (HTTP/2); port 0 takes a free one.</summary>
    [Option("gRPC; port 0 takes a free one", Kind = OptionKind.EndPoint)]
    public string Listen { get; init; } = "127.0.0.1:7433";

    /// <summary>Where what speaks HTTP/1.1 listens.</summary>
    [Option("/metrics, /livez, /readyz, /startupz", Kind = OptionKind.EndPoint)]
    public string Http { get; init; } = DefaultHttp;

    [Option("How answers and metrics call it", Kind = OptionKind.Name, Default = "gateway- and the machine's name")]
    public string Name { get; init; } = $"gateway-{Environment.MachineName.ToLowerInvariant()}";

    /// <summary>A file that says, as one JSON object, where the gateway listens, once it has found a silo. Null: none.</summary>
    [Option("Write a JSON line {pid, grpc, http} there when it has found a silo", Kind = OptionKind.NewFile)]
    public string? Announce { get; init; }

    [Option("From SIGTERM to the end, at most", Least = "1s", Most = "1h")]
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromSeconds(30);

    [Option("Between two looks for silos: one that has started gets calls after this time at most", Least = "100ms", Most = "10m")]
    public TimeSpan SilosEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>As silos have it among themselves: a caller is told soon that a silo is away, and asks again.</summary>
    [Option("How long a call to a grain may take, unless the call says otherwise", Least = "100ms", Most = "1m")]
    public TimeSpan CallWithin { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Between two tries to find a silo at the start", Least = "100ms", Most = "10m")]
    public TimeSpan ConnectEvery { get; init; } = TimeSpan.FromSeconds(1);

    [OptionGroup("", "The log")]
    public LogOptions Log { get; init; } = new();

    [OptionGroup("meters", "Metrics of libraries")]
    public MeterOptions Meters { get; init; } = new();

    [OptionGroup("", SecurityCommandLine.Heading)]
    public SecurityOptions Security { get; init; } = new();

    [OptionGroup("database", "Connections to the database")]
    public DatabaseOptions Database { get; init; } = new();

    [OptionGroup("api", "The API")]
    public ApiOptions Api { get; init; } = new();

    /// <summary>Where it will listen, each with the option that says so.</summary>
    public IReadOnlyList<(string Option, IPEndPoint EndPoint)> Endpoints =>
        [("--listen", Surroundings.Endpoints.Parse("--listen", Listen)), ("--http", Surroundings.Endpoints.Parse("--http", Http))];
}
