using System.Net;
using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>All that an operator may set of a silo; a new object has the defaults.</summary>
public sealed record SiloOptions
{
    public const string DefaultHttp = "127.0.0.1:7434";

    /// <summary>Where everything is kept that the cluster's database does not keep.</summary>
    [Option("Where everything is kept", Kind = OptionKind.Folder, Default = "$XDG_DATA_HOME/sheaf or ~/.local/share/sheaf")]
    public required string Data { get; init; }

    /// <summary>Where gRPC listens (HTTP/2); port 0 takes a free one.</summary>
    [Option("gRPC; port 0 takes a free one", Kind = OptionKind.EndPoint)]
    public string Listen { get; init; } = "127.0.0.1:7433";

    /// <summary>Where what speaks HTTP/1.1 listens.</summary>
    [Option("/metrics, /livez, /readyz, /startupz", Kind = OptionKind.EndPoint)]
    public string Http { get; init; } = DefaultHttp;

    /// <summary>Devices that the silo offers: cpu:N or cuda:N.</summary>
    [Option("Devices to offer: N cores, or the first N GPUs", Kind = OptionKind.Devices, Default = "cpu, all cores")]
    public string Devices { get; init; } = $"cpu:{Environment.ProcessorCount}";

    [Option("The silo's name, unique in its cluster", Kind = OptionKind.Name, Default = "the machine's")]
    public string Name { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>A file that says, as one JSON object, where the silo listens, once it does. Null: none.</summary>
    [Option("Write a JSON line {pid, grpc, http} there when ready", Kind = OptionKind.NewFile)]
    public string? Announce { get; init; }

    [Option("Stop when that process is gone", Kind = OptionKind.ProcessId)]
    public int? Parent { get; init; }

    /// <summary>
    /// From the signal that ends the silo to its end, at most. In a cluster three quarters of it are for workers and coordinators to leave.
    /// </summary>
    [Option("From SIGTERM to the end, at most; a silo of a cluster drains within three quarters of it", Least = "1s", Most = "1h")]
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Whether models, datasets, losses and metrics that users wrote in C# run here, with the rights of the silo. Null: where only this machine
    /// reaches the API.
    /// </summary>
    [Option("Whether classes that users wrote in C# run here", Kind = OptionKind.Permission,
        Default = "allow where --listen and --http are of this machine alone")]
    public bool? UserCode { get; init; }

    [Option("What the trial of such classes may take before an experiment is accepted", Least = "1s", Most = "1h")]
    public TimeSpan TrialTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>In bytes.</summary>
    [Option("The memory that it may have", Kind = OptionKind.Mebibytes, Least = "256", Most = "1048576")]
    public long TrialMemory { get; init; } = 4L << 30;

    [Option("Between two looks at what it takes", Least = "10ms", Most = "1m")]
    [Below("trial-time", "a trial is looked at while it runs")]
    public TimeSpan TrialEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    [Option("How long a package of such classes stays on this silo's disk without being used; the cluster keeps it, and it is fetched again",
        Least = "1h", Most = "87600h")]
    public TimeSpan PackagesUnused { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Where rows that are larger than is kept in memory are decoded into, once for all silos of the machine that name it. Null: data-cache in
    /// <see cref="Data"/>; empty: nowhere, so that all rows are in memory.
    /// </summary>
    [Option("Where rows of more than 64 MiB are decoded into, once for all silos of the machine that name it, so that they take no memory of their own",
        Kind = OptionKind.FolderOrNone, Default = "data-cache in --data; none: all rows are in memory")]
    public string? DataCache { get; init; }

    /// <summary>In bytes.</summary>
    [Option("What is kept there; the rows that were not used for the longest time go", Kind = OptionKind.Mebibytes, Least = "1", Most = "1073741824")]
    public long DataCacheLimit { get; init; } = 64L << 30;

    /// <summary>Connection string of the cluster's PostgreSQL database. Null: one silo alone, whose state is kept in <see cref="Data"/>.</summary>
    [Option("The database of its cluster, such as \"Host=db;Username=sheaf;Database=sheaf\"", Kind = OptionKind.Connection,
        Default = "the variable SHEAF_CLUSTER, which no other user sees; neither: a silo that is alone and needs no database")]
    public string? Cluster { get; init; }

    [Option("The cluster that owns the database", Kind = OptionKind.Label, OfClusters = true)]
    public string ClusterId { get; init; } = "sheaf";

    /// <summary>Where other silos reach this one (calls between grains); port 0 takes a free one.</summary>
    [Option("Where other silos reach this one; port 0 takes a free one", Kind = OptionKind.ReachableEndPoint, OfClusters = true)]
    public string SiloEndpoint { get; init; } = "127.0.0.1:0";

    /// <summary>Where device threads of other silos reach this one (gradients); port 0 takes a free one.</summary>
    [Option("Where the devices of other silos reach this one's; port 0 takes a free one", Kind = OptionKind.ReachableEndPoint, OfClusters = true)]
    public string DataEndpoint { get; init; } = "127.0.0.1:0";

    [Option("Where gateways (sheaf-gateway) reach this one, at --silo-endpoint's address; 0 takes a free one", Kind = OptionKind.Port, OfClusters = true)]
    public int GatewayPort { get; init; }

    /// <summary>
    /// Where checkpoints are: a directory that all silos of a cluster share, or an address in an object store (<c>s3://bucket/prefix</c>). Null: checkpoints
    /// in <see cref="Data"/>.
    /// </summary>
    [Option("Checkpoints: a directory that all silos share, or s3://BUCKET/PREFIX", Kind = OptionKind.Folder,
        Default = "the variable SHEAF_CHECKPOINTS, else checkpoints in --data")]
    public string? Checkpoints { get; init; }

    /// <summary>URL of an object store that is not Amazon's. Null: Amazon's of the region.</summary>
    [Option("The URL of an object store that is not Amazon's, such as https://minio.lan:9000; region and credentials as the AWS SDK finds them: AWS_REGION, "
        + "AWS_ACCESS_KEY_ID, AWS_PROFILE, a machine's role", Kind = OptionKind.Label, Default = "the variable AWS_ENDPOINT_URL_S3")]
    public string? S3Endpoint { get; init; }

    [OptionGroup("", "The log")]
    public LogOptions Log { get; init; } = new();

    [OptionGroup("meters", "Metrics of libraries")]
    public MeterOptions Meters { get; init; } = new();

    [OptionGroup("", SecurityCommandLine.Heading)]
    public SecurityOptions Security { get; init; } = new();

    [OptionGroup("coordination", "Coordinators")]
    public CoordinationOptions Coordination { get; init; } = new();

    [OptionGroup("generations", "Workers of a generation on a silo")]
    public GenerationOptions Generations { get; init; } = new();

    [OptionGroup("reports", "Reports of workers to their coordinator")]
    public ReportOptions Reports { get; init; } = new();

    [OptionGroup("pool", "The pool of devices")]
    public DevicePoolOptions Pool { get; init; } = new();

    [OptionGroup("links", "Connections between the devices of silos")]
    public Transport.Links.LinkOptions Links { get; init; } = new();

    [OptionGroup("membership", "Silos of a cluster")]
    public MembershipOptions Membership { get; init; } = new();

    [OptionGroup("database", "Connections to the database")]
    public DatabaseOptions Database { get; init; } = new();

    [OptionGroup("store", "The store of states")]
    public StoreOptions Store { get; init; } = new();

    [OptionGroup("remote-data", "Files of specs that are elsewhere")]
    public RemoteDataOptions RemoteData { get; init; } = new();

    [OptionGroup("objects", "The object store")]
    public ObjectStoreOptions Objects { get; init; } = new();

    [OptionGroup("observation", "How a silo looks at itself")]
    public ObservationOptions Observation { get; init; } = new();

    [OptionGroup("api", "The API")]
    public ApiOptions Api { get; init; } = new();

    /// <summary>What <see cref="UserCode"/> comes to.</summary>
    internal bool AllowsUserCode => UserCode ?? IsOfThisMachineAlone;

    /// <summary>Only this machine reaches the API.</summary>
    internal bool IsOfThisMachineAlone => ApiEndpoints.All(each => IPAddress.IsLoopback(each.EndPoint.Address));

    /// <summary>Of <see cref="ShutdownTime"/>, what workers and coordinators have to leave for other silos.</summary>
    internal TimeSpan DrainTime => ShutdownTime * 0.75;

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
