namespace Sheaf.Api.Security;

/// <summary>
/// What the command line of a silo or a gateway says of who may call it, how, and how much. Default: nobody but this machine, and there everybody.
/// </summary>
public sealed record SecurityOptions
{
    /// <summary>Bytes of a request by default.</summary>
    public const int DefaultMaxRequest = 4 * 1024 * 1024;

    /// <summary>The file of the callers' tokens, of which it has the hashes. Null: none.</summary>
    public string? Tokens { get; init; }

    /// <summary>The certificate of the API, and its private key, as PEM files. Null: no TLS.</summary>
    public string? TlsCertificate { get; init; }

    /// <inheritdoc cref="TlsCertificate"/>
    public string? TlsKey { get; init; }

    /// <summary>
    /// The authorities that issue the API certificates of this cluster's silos, as a PEM file: what silos and gateways trust when they call each other's API.
    /// Null: those of the system.
    /// </summary>
    public string? TlsCa { get; init; }

    /// <summary>
    /// The certificate by which silos and gateways know each other, its key, and the authorities that issue them, as PEM files. Null: no mutual TLS.
    /// </summary>
    public string? ClusterCertificate { get; init; }

    /// <inheritdoc cref="ClusterCertificate"/>
    public string? ClusterKey { get; init; }

    /// <inheritdoc cref="ClusterCertificate"/>
    public string? ClusterCa { get; init; }

    /// <summary>The provider of OpenID Connect whose tokens count too, as a URL. Null: none.</summary>
    public string? OidcAuthority { get; init; }

    /// <summary>For whom such a token must have been issued.</summary>
    public string? OidcAudience { get; init; }

    /// <summary>The claim of such a token that has the roles: sheaf-viewer, sheaf-submitter, sheaf-admin. Default: roles.</summary>
    public string OidcRoleClaim { get; init; } = "roles";

    /// <summary>
    /// Where calls that change something are written, a JSON line each. Null: audit.jsonl in a silo's folder; of a gateway only into its log.
    /// </summary>
    public string? AuditLog { get; init; }

    /// <summary>Bytes of a request at most. Default 4 MiB; 64 KiB to 64 MiB.</summary>
    public int MaxRequest { get; init; } = DefaultMaxRequest;

    /// <summary>Calls of one caller in a second at most, over a second. Default 1000; 1 to 1,000,000.</summary>
    public int MaxCalls { get; init; } = 1000;

    /// <summary>Streams that one caller has open at most. Default 500; 1 to 100,000.</summary>
    public int MaxStreams { get; init; } = 500;

    /// <summary>
    /// Strangers must not fill the disk: of the calls that are refused in a second, so many are written into the audit log, and how many were left out.
    /// Default 20.
    /// </summary>
    public int MaxRefusedRecords { get; init; } = 20;

    /// <summary>Listen where other machines come too, although TLS or tokens are missing.</summary>
    public bool Insecure { get; init; }

    /// <summary>Between two looks whether a file of certificates or tokens has changed. Default 2 s.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(2);

    public bool HasTls => TlsCertificate is not null;

    /// <summary>Whether callers must say who they are.</summary>
    public bool KnowsCallers => Tokens is not null || OidcAuthority is not null;

    public bool HasClusterTls => ClusterCertificate is not null;
}
