using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>
/// The files of certificates, authorities and tokens that a server was told of; those that it was not told of are null. All are read when it is made, so that
/// a server with a bad one does not start. Thread-safe.
/// </summary>
internal sealed class ServerFiles
{
    private Action<string> _told = _ => { };

    /// <exception cref="FormatException">Says what is wrong with one of them.</exception>
    public ServerFiles(SecurityOptions options, TimeProvider time)
    {
        void Tell(string text) => _told(text);
        CertificateFiles? Certificate(string of, string? certificate, string? key) => certificate is null || key is null ? null
            : new(($"--{of}-certificate", certificate), ($"--{of}-key", key), time, options.CertificateEvery, Tell);
        AuthorityFile? Authorities(string option, string? path) => path is null ? null : new((option, path), time, options.CertificateEvery, Tell);

        Api = Certificate("tls", options.TlsCertificate, options.TlsKey);
        ApiAuthorities = Authorities("--tls-ca", options.TlsCa);
        Cluster = Certificate("cluster", options.ClusterCertificate, options.ClusterKey);
        ClusterAuthorities = Authorities("--cluster-ca", options.ClusterCa);
        Tokens = options.Tokens is null ? null : new(options.Tokens, time, options.CertificateEvery, Tell);
    }

    public CertificateFiles? Api { get; }

    public AuthorityFile? ApiAuthorities { get; }

    public CertificateFiles? Cluster { get; }

    public AuthorityFile? ClusterAuthorities { get; }

    /// <summary>Between the processes of the cluster; null: they do without TLS.</summary>
    public ClusterHandshake? Handshake => Cluster is { } certificate && ClusterAuthorities is { } authorities ? new(certificate, authorities) : null;

    public TokensFile? Tokens { get; }

    /// <summary>Why what some of them say now is not used; each is read anew first where it is time for it.</summary>
    public IReadOnlyList<string> Problems =>
        [.. ((string?[])[Api?.Problem, ApiAuthorities?.Problem, Cluster?.Problem, ClusterAuthorities?.Problem, Tokens?.Problem]).OfType<string>()];

    /// <summary>The receiver of messages about files that were read anew, or could not be used.</summary>
    public void TellTo(Action<string> told) => _told = told;
}
