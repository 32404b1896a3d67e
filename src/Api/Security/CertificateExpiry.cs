using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Sheaf.Api.Security;

/// <summary>Says in time that a certificate ends. Pure.</summary>
internal static class CertificateExpiry
{
    public static TimeSpan Left(X509Certificate2 certificate, DateTimeOffset now) => new DateTimeOffset(certificate.NotAfter) - now;

    public static TimeSpan Life(X509Certificate2 certificate) => certificate.NotAfter - certificate.NotBefore;

    /// <param name="option">That names the certificate's file.</param>
    /// <param name="notice">A certificate is renewed before; one that lives shorter is renewed in the last fifth of its life.</param>
    /// <returns>A sentence without its full stop; null: it has time.</returns>
    public static string? Trouble(string option, X509Certificate2 certificate, DateTimeOffset now, TimeSpan notice)
    {
        var (left, life) = (Left(certificate, now), Life(certificate));
        var until = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return left <= TimeSpan.Zero ? $"the certificate of {option} ended at {until}, and connections fail; replace its files, which are read again by "
            + $"themselves"
            : left < notice && left < life / 5 ? $"the certificate of {option} ends at {until}; replace its files before, which are read again by themselves"
            : null;
    }
}
