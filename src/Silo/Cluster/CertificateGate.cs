using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Sheaf.Api.Cluster;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Security;

namespace Sheaf.Silo.Cluster;

/// <summary>
/// Whether this silo and those that there are take each other's certificates, before it joins: one that was not let in would try for minutes and say nothing
/// of certificates.
/// </summary>
internal sealed class CertificateGate(SiloOptions options, ClusterHandshake? handshake, TimeProvider time)
{
    /// <summary>Silos that do not answer say nothing about certificates.</summary>
    /// <exception cref="ClusterRefusedException">One of them does not know this silo's certificate, or this silo does not know that one's.</exception>
    public async Task Pass(IReadOnlyList<SiloRecord> silos, CancellationToken cancellationToken)
    {
        if (handshake is null)
        {
            return;
        }

        foreach (var why in await Task.WhenAll(silos.Where(silo => silo.Name != options.Name).Select(silo => Ask(handshake, silo, cancellationToken))))
        {
            if (why is not null)
            {
                throw new ClusterRefusedException(why);
            }
        }
    }

    private async Task<string?> Ask(ClusterHandshake own, SiloRecord silo, CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(options.Membership.CertificateWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var connected = false;
        try
        {
            await socket.ConnectAsync(silo.Address.Endpoint, either.Token);
            connected = true;
            await using var stream = new SslStream(new NetworkStream(socket));
            var client = own.Client();
            client.ApplicationProtocols = [new("Orleans1")];
            await stream.AuthenticateAsClientAsync(client, either.Token);

            // In TLS 1.3 the side that was called says after the handshake that it does not take the certificate; one that takes it says nothing yet.
            using var silence = new CancellationTokenSource(options.Membership.RefusalWithin, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(either.Token, silence.Token);
            await stream.ReadExactlyAsync(new byte[1], end.Token);
            return null;
        }
        catch (AuthenticationException e)
        {
            return $"Silo '{silo.Name}' at {silo.Address.Endpoint} has no certificate that --cluster-ca {Printable.Of(options.Security.ClusterCa!)} knows, "
                + $"or none at all: {Printable.Of((e.InnerException ?? e).Message)} "
                + "All silos of a cluster have certificates of one CA.";
        }
        catch (IOException e) when (connected)
        {
            return $"Silo '{silo.Name}' at {silo.Address.Endpoint} does not take this silo's certificate, --cluster-certificate "
                + $"{Printable.Of(options.Security.ClusterCertificate!)}: "
                + $"{Printable.Of((e.InnerException ?? e).Message)} All silos of a cluster have certificates of one CA.";
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
