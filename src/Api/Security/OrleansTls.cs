using System.Net.Security;
using Orleans.Connections.Security;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Mutual TLS on Orleans' own connections: between silos, and from gateways to silos.</summary>
internal static class OrleansTls
{
    /// <summary>The library's own settings know one certificate for all time; what counts is set for each handshake.</summary>
    public static void Configure(TlsOptions tls, ClusterHandshake handshake)
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.NoCertificate;
        tls.LocalServerCertificateSelector = (_, _) => handshake.Certificate.Certificate;
        tls.RemoteCertificateValidation = (certificate, chain, _) => handshake.Authorities.Issued(certificate, chain,
            ofServer: AuthorityFile.AsksForServer(chain));
        tls.OnAuthenticateAsServer = (_, options) =>
        {
            var each = (SslServerAuthenticationOptions)options.SslServerAuthenticationOptions;
            (each.ServerCertificateSelectionCallback, each.ServerCertificateContext) = (null, handshake.Certificate.Context);
        };
        tls.OnAuthenticateAsClient = (_, options) =>
        {
            var each = (SslClientAuthenticationOptions)options.SslClientAuthenticationOptions;
            (each.TargetHost, each.ClientCertificateContext) = (ClusterHandshake.TargetHost, handshake.Certificate.Context);
        };
    }
}
