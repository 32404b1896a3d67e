using System.Net.Security;
using System.Security.Authentication;

namespace Sheaf.Surroundings.Security;

/// <summary>
/// Mutual TLS between the processes of a cluster: each side shows the certificate that its files have now, and takes one that the cluster's authorities issued
/// for that side of a handshake. Names are not looked at: addresses of silos change. Thread-safe.
/// </summary>
public sealed class ClusterHandshake(CertificateFiles certificate, AuthorityFile authorities)
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Whom a client asks for; no certificate needs to have it.</summary>
    public const string TargetHost = "sheaf";

    public CertificateFiles Certificate => certificate;

    public AuthorityFile Authorities => authorities;

    /// <summary>Of the side that is called.</summary>
    public SslServerAuthenticationOptions Server() => new()
    {
        ServerCertificateContext = certificate.Context,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = authorities.Client,
        EnabledSslProtocols = Protocols,
        AllowRenegotiation = false,
    };

    /// <summary>Of the side that calls.</summary>
    public SslClientAuthenticationOptions Client() => new()
    {
        TargetHost = TargetHost,
        ClientCertificateContext = certificate.Context,
        RemoteCertificateValidationCallback = authorities.ServerOfAnyName,
        EnabledSslProtocols = Protocols,
        AllowRenegotiation = false,
    };
}
