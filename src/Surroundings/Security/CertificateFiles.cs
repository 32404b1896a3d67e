using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sheaf.Surroundings.Security;

/// <summary>A certificate with its key from two PEM files, read again when they change. Thread-safe.</summary>
public sealed class CertificateFiles
{
    private readonly ReloadedFiles<SslStreamCertificateContext> _files;

    /// <param name="certificate">The certificate, and those between it and its CA after it.</param>
    /// <param name="key">Its private key, not encrypted.</param>
    /// <exception cref="FormatException">A file cannot be read or used; the sentence repeats nothing of the key.</exception>
    public CertificateFiles(
        (string Option, string Path) certificate, (string Option, string Path) key, TimeProvider time, TimeSpan every, Action<string>? told = null) =>
        _files = new([certificate, key], contents => Parse(certificate, key, contents), time, every, told);

    /// <summary>What a handshake shows.</summary>
    public SslStreamCertificateContext Context => _files.Current;

    public X509Certificate2 Certificate => Context.TargetCertificate;

    /// <summary>Why what is in the files now is not used; null: it is.</summary>
    public string? Problem => _files.Problem;

    private static SslStreamCertificateContext Parse((string Option, string Path) certificate, (string Option, string Path) key, IReadOnlyList<byte[]> contents)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(Encoding.UTF8.GetString(contents[0]));
        }
        catch (CryptographicException)
        {
            chain.Clear();
        }

        if (chain.Count == 0)
        {
            throw new FormatException($"{certificate.Option} {Printable.Of(certificate.Path)}: expected a certificate in PEM form (-----BEGIN "
                + $"CERTIFICATE-----).");
        }

        try
        {
            using var whole = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(contents[0]), Encoding.UTF8.GetString(contents[1]));
            // Through PKCS #12: a key that belongs to the certificate as long as it lives.
            var leaf = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
#pragma warning disable MA0054 // Neither its message nor itself is passed on: a part of the key may be in it.
            throw new FormatException(
                $"{key.Option} {Printable.Of(key.Path)}: expected the private key of the certificate {Printable.Of(certificate.Path)} in PEM form, not "
                    + $"encrypted.");
#pragma warning restore MA0054
        }
    }
}
