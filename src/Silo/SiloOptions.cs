using System.Net;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;

namespace Sheaf.Silo;

/// <summary>What the command line of the server says.</summary>
public sealed record SiloOptions
{
    /// <summary>Where everything is kept that the cluster's database does not keep. Default: sheaf in $XDG_DATA_HOME, or in ~/.local/share.</summary>
    public required string Data { get; init; }

    /// <summary>Where gRPC listens (HTTP/2); port 0 takes a free one. Default 127.0.0.1:7433.</summary>
    public string Listen { get; init; } = "127.0.0.1:7433";

    public const string DefaultHttp = "127.0.0.1:7434";

    /// <summary>Where /metrics, /livez, /readyz and /startupz listen (HTTP/1.1). Default <see cref="DefaultHttp"/>.</summary>
    public string Http { get; init; } = DefaultHttp;

    /// <summary>Devices that the silo offers: cpu:N or cuda:N. Default: cpu:N, N the number of cores.</summary>
    public string Devices { get; init; } = $"cpu:{Environment.ProcessorCount}";

    /// <summary>The silo's name in the cluster, where no other silo may have it. Default: the machine's name.</summary>
    public string Name { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Connection string of the cluster's PostgreSQL database. Null: one silo alone, whose state is kept in <see cref="Data"/>.</summary>
    public string? Cluster { get; init; }

    /// <summary>Of the cluster that owns the database. Default: sheaf.</summary>
    public string ClusterId { get; init; } = "sheaf";

    /// <summary>
    /// Where other silos reach this one (calls between grains); port 0 takes a free one. Only with <see cref="Cluster"/>. Default 127.0.0.1:0.
    /// </summary>
    public string SiloEndpoint { get; init; } = "127.0.0.1:0";

    /// <summary>
    /// Where device threads of other silos reach this one (gradients); port 0 takes a free one. Only with <see cref="Cluster"/>. Default 127.0.0.1:0.
    /// </summary>
    public string DataEndpoint { get; init; } = "127.0.0.1:0";

    /// <summary>
    /// Where gateways reach this silo, at the address of <see cref="SiloEndpoint"/>; 0 takes a free one. Only with <see cref="Cluster"/>. Default 0.
    /// </summary>
    public int GatewayPort { get; init; }

    /// <summary>
    /// Where checkpoints are: a directory that all silos of a cluster share, or an address in an object store (<c>s3://bucket/prefix</c>). Null: checkpoints
    /// in <see cref="Data"/>.
    /// </summary>
    public string? Checkpoints { get; init; }

    /// <summary>
    /// URL of an object store that is not Amazon's. Null: what the variables AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL say, else Amazon's of the region.
    /// </summary>
    public Uri? ObjectEndpoint { get; init; }

    /// <summary>
    /// From the signal that ends the silo to its end, at most. In a cluster three quarters of it are for workers and coordinators to leave. Default 120 s;
    /// 1 s to 1 h.
    /// </summary>
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Bytes that copies of remote data may take together on this silo's disk. Default 64 GiB; 1 GiB to 1 PiB.</summary>
    public long RemoteDataLimit { get; init; } = 64L << 30;

    /// <summary>
    /// Whether models, datasets, losses and metrics that users wrote in C# run here, with the rights of the silo. Null, the default: where only this machine
    /// reaches
    /// the API.
    /// </summary>
    public bool? UserCode { get; init; }

    /// <summary>What <see cref="UserCode"/> comes to.</summary>
    internal bool AllowsUserCode => UserCode ?? IsOfThisMachineAlone;

    /// <summary>Only this machine reaches the API.</summary>
    internal bool IsOfThisMachineAlone => ApiEndpoints.All(each => IPAddress.IsLoopback(each.EndPoint.Address));

    /// <summary>What the trial of a user's classes may take before an experiment is accepted. Default 60 s; 1 s to 1 h.</summary>
    public TimeSpan TrialTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Resident bytes that such a trial may have. Default 4 GiB; 256 MiB to 1 TiB.</summary>
    public long TrialMemory { get; init; } = 4L << 30;

    /// <summary>Of <see cref="ShutdownTime"/>, what workers and coordinators have to leave for other silos.</summary>
    internal TimeSpan DrainTime => ShutdownTime * 0.75;

    /// <summary>A file that says, as one JSON object, where the silo listens, once it does. Null: none.</summary>
    public string? Announce { get; init; }

    /// <summary>The silo stops when this process is gone. Null: never.</summary>
    public int? Parent { get; init; }

    /// <summary>What it logs, and how.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Who may call it, how, and how much.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Where it will listen, each with the option that says so.</summary>
    internal IReadOnlyList<(string Option, IPEndPoint EndPoint)> Endpoints => [.. ApiEndpoints, .. ClusterEndpoints];

    /// <summary>Those that callers of the API come to.</summary>
    internal IReadOnlyList<(string Option, IPEndPoint EndPoint)> ApiEndpoints =>
        [("--listen", Surroundings.Endpoints.Parse("--listen", Listen)), ("--http", Surroundings.Endpoints.Parse("--http", Http))];

    /// <summary>Those that other silos and gateways come to; none where the silo is alone.</summary>
    internal IReadOnlyList<(string Option, IPEndPoint EndPoint)> ClusterEndpoints =>
        [
            .. Cluster is null
                ? []
                : new[]
                {
                    ("--silo-endpoint", Surroundings.Endpoints.ParseReachable("--silo-endpoint", SiloEndpoint)),
                    ("--data-endpoint", Surroundings.Endpoints.ParseReachable("--data-endpoint", DataEndpoint)),
                    ("--gateway-port", new(Surroundings.Endpoints.ParseReachable("--silo-endpoint", SiloEndpoint).Address, GatewayPort)),
                },
        ];
}
