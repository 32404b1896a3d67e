using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sheaf.Surroundings.Security;

/// <summary>
/// Tokens that callers of the API show: 256 random bits, which nobody guesses, so that a plain SHA-256 of them may be kept where they themselves may not.
/// </summary>
public static class ApiToken
{
    /// <summary>Tells a token of Sheaf from other secrets: for the server, and for programs that look for secrets in repositories.</summary>
    public const string Prefix = "sheaf_";

    /// <summary>How a hash begins in a tokens file.</summary>
    public const string HashPrefix = "sha256:";

    private const int Bytes = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Whether a text has the form of a token: what has not was mistyped, or is another program's.</summary>
    public static bool IsOne(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length), out var bytes) && bytes == Bytes;

    /// <summary>As it stands in a tokens file.</summary>
    public static string Hash(string token) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
