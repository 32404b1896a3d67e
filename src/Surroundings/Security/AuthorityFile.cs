using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sheaf.Surroundings.Security;

/// <summary>
/// The authorities (CA) of a PEM file, read again when it changes: a certificate counts where one of them issued it, and the system's own authorities do not
/// count. While an authority is replaced, the file has the old and the new one. Thread-safe.
/// </summary>
public sealed class AuthorityFile
{
    private static readonly Oid ServerUsage = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUsage = new("1.3.6.1.5.5.7.3.2");

    private readonly ReloadedFiles<X509Certificate2Collection> _file;

    /// <exception cref="FormatException">It cannot be read, or has no certificate in it.</exception>
    public AuthorityFile((string Option, string Path) file, TimeProvider time, TimeSpan every, Action<string>? told = null) =>
        _file = new([file], contents => Parse(file, contents[0]), time, every, told);

    /// <summary>Why what is in the file now is not used; null: it is.</summary>
    public string? Problem => _file.Problem;

    /// <summary>Whether a certificate that somebody showed is valid now and one of the authorities issued it. Names are not looked at.</summary>
    /// <param name="shown">What was shown with it.</param>
    /// <param name="ofServer">It must be a server's; otherwise a client's.</param>
    public bool Issued(X509Certificate? certificate, X509Chain? shown, bool ofServer)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = Policy(ofServer) };
        if (shown is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainElements.Select(element => element.Certificate).ToArray());
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        }

        using var asked = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(asked);
    }

    /// <summary>Whether the handshake that a chain was made in asks for a server's certificate.</summary>
    public static bool AsksForServer(X509Chain? chain) => chain?.ChainPolicy.ApplicationPolicy.Cast<Oid>().Any(usage =>
        usage.Value == ServerUsage.Value) != false;

    /// <summary>The same for a handshake that looks at the name too.</summary>
    public X509ChainPolicy Policy(bool ofServer = true)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationFlags = X509VerificationFlags.NoFlag,
        };
        policy.CustomTrustStore.AddRange(_file.Current);
        policy.ApplicationPolicy.Add(ofServer ? ServerUsage : ClientUsage);
        return policy;
    }

    /// <summary>For handshakes of a client with servers whose addresses no certificate names.</summary>
    public RemoteCertificateValidationCallback ServerOfAnyName => (_, certificate, chain, _) => Issued(certificate, chain, ofServer: true);

    /// <summary>For handshakes of a server that lets in whoever has a certificate of the authorities.</summary>
    public RemoteCertificateValidationCallback Client => (_, certificate, chain, _) => Issued(certificate, chain, ofServer: false);

    private static X509Certificate2Collection Parse((string Option, string Path) file, byte[] content)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(Encoding.UTF8.GetString(content));
        }
        catch (CryptographicException)
        {
            authorities.Clear();
        }

        return authorities.Count > 0
            ? authorities
            : throw new FormatException(
                $"{file.Option} {Printable.Of(file.Path)}: expected certificates of authorities (CA) in PEM form (-----BEGIN CERTIFICATE-----).");
    }
}
