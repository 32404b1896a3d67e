using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Security;

/// <summary>
/// What the command line of a silo or a gateway says of who may call it, how, and how much. Default: every user of this machine, and no other machine.
/// </summary>
public sealed record SecurityOptions
{
    /// <summary>Bytes of a request by default.</summary>
    public const int DefaultMaxRequest = 4 * 1024 * 1024;

    /// <summary>The file of the callers' tokens, of which it has the hashes. Null: none.</summary>
    [Option("Callers show a token of this file, which has the hashes of tokens and a role each: sheaf token create", Kind = OptionKind.File)]
    public string? Tokens { get; init; }

    /// <summary>The certificate of the API, and its private key, as PEM files. Null: no TLS.</summary>
    [Option("TLS at --listen and --http: PEM files, read again when they change", Kind = OptionKind.File)]
    public string? TlsCertificate { get; init; }

    /// <inheritdoc cref="TlsCertificate"/>
    [Option("The key of --tls-certificate", Kind = OptionKind.File)]
    public string? TlsKey { get; init; }

    /// <summary>
    /// The authorities that issue the API certificates of this cluster's silos, as a PEM file: what silos and gateways trust when they call each other's API.
    /// Null: those of the system.
    /// </summary>
    [Option("The CA of the other silos' and gateways' --tls-certificate", Kind = OptionKind.File, Default = "those of the system")]
    public string? TlsCa { get; init; }

    /// <summary>
    /// The certificate by which silos and gateways know each other, its key, and the authorities that issue them, as PEM files. Null: no mutual TLS.
    /// </summary>
    [Option("Mutual TLS between silos and gateways: PEM files, read again when they change", Kind = OptionKind.File)]
    public string? ClusterCertificate { get; init; }

    /// <inheritdoc cref="ClusterCertificate"/>
    [Option("The key of --cluster-certificate", Kind = OptionKind.File)]
    public string? ClusterKey { get; init; }

    /// <inheritdoc cref="ClusterCertificate"/>
    [Option("The CA of all silos' and gateways' --cluster-certificate", Kind = OptionKind.File)]
    public string? ClusterCa { get; init; }

    /// <summary>The provider of OpenID Connect whose tokens count too, as a URL. Null: none.</summary>
    [Option("Tokens of this provider of OpenID Connect count too", Kind = OptionKind.Authority)]
    public string? OidcAuthority { get; init; }

    /// <summary>For whom such a token must have been issued.</summary>
    [Option("For whom such tokens are issued", Value = "NAME")]
    public string? OidcAudience { get; init; }

    /// <summary>The claim of such a token that has the roles: sheaf-viewer, sheaf-submitter, sheaf-admin. Default: roles.</summary>
    [Option("Their claim that has sheaf-viewer, sheaf-submitter or sheaf-admin in it", Value = "NAME")]
    public string OidcRoleClaim { get; init; } = "roles";

    /// <summary>
    /// Where calls that change something are written, a JSON line each. Null: audit.jsonl in a silo's folder; of a gateway only into its log.
    /// </summary>
    [Option("A JSON line for each call that changes something, or is refused", Kind = OptionKind.File,
        Default = "audit.jsonl in a silo's own folder of --data; none of a gateway")]
    public string? AuditLog { get; init; }

    /// <summary>Bytes of a request at most. Default 4 MiB; 64 KiB to 64 MiB.</summary>
    [Option("Bytes of one request", Least = "65536", Most = "67108864")]
    public int MaxRequest { get; init; } = DefaultMaxRequest;

    /// <summary>Calls of one caller in a second at most, over a second. Default 1000; 1 to 1,000,000.</summary>
    [Option("Calls of one caller in a second", Least = "1", Most = "1000000")]
    public int MaxCalls { get; init; } = 1000;

    /// <summary>Streams that one caller has open at most. Default 500; 1 to 100,000.</summary>
    [Option("Streams that one caller has open, such as watch and logs", Least = "1", Most = "100000")]
    public int MaxStreams { get; init; } = 500;

    /// <summary>
    /// Strangers must not fill the disk: of the calls that are refused in a second, so many are written into the audit log, and how many were left out.
    /// Default 20.
    /// </summary>
    [Option("Refused calls of a second that are written into the audit log; of more, only how many there were", Least = "0", Most = "100000")]
    public int MaxRefusedRecords { get; init; } = 20;

    /// <summary>Listen where other machines come too, although TLS or tokens are missing.</summary>
    [Option("Listen where other machines come, without TLS or tokens: for a network that is trusted")]
    public bool Insecure { get; init; }

    /// <summary>Between two looks whether a file of certificates or tokens has changed. Default 2 s.</summary>
    [Option("Between two looks whether a file of certificates or tokens has changed", Least = "100ms", Most = "1h")]
    public TimeSpan CertificateEvery { get; init; } = TimeSpan.FromSeconds(2);

    [Option("Between two looks whether a certificate ends soon", Least = "1s", Most = "1h")]
    public TimeSpan ExpiryEvery { get; init; } = TimeSpan.FromSeconds(5);

    [Option("A certificate that ends sooner is named; one that lives shorter, in the last fifth of its life", Least = "1m", Most = "365d")]
    public TimeSpan ExpiryNotice { get; init; } = TimeSpan.FromDays(7);

    public bool HasTls => TlsCertificate is not null;

    /// <summary>Whether callers must say who they are.</summary>
    public bool KnowsCallers => Tokens is not null || OidcAuthority is not null;

    public bool HasClusterTls => ClusterCertificate is not null;
}
