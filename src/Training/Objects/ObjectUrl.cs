using System.Diagnostics.CodeAnalysis;

namespace Sheaf.Training.Objects;

/// <summary>An address in an object store: <c>s3://bucket</c>, or <c>s3://bucket/key</c>. Pure.</summary>
/// <param name="Bucket">3 to 63 lower-case letters, digits, '-' and '.'.</param>
/// <param name="Key">Without a slash at either end; empty: the bucket itself.</param>
public sealed record ObjectUrl(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Whether a text means an object store; whether it is a whole address, <see cref="TryParse"/> says.</summary>
    public static bool IsMeant(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>A key's parts are names: empty ones, "." and ".." are refused, as are control characters.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ObjectUrl? url)
    {
        url = null;
        if (!IsMeant(text))
        {
            return false;
        }

        var rest = text[Scheme.Length..].TrimEnd('/');
        var cut = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = cut < 0 ? (rest, "") : (rest[..cut], rest[(cut + 1)..]);
        var isBucket = bucket.Length is >= 3 and <= 63 && bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
        if (isBucket && key.Length <= 1000 && (key.Length == 0 || key.Split('/').All(part => part is not ("" or "." or "..") && !part.Any(char.IsControl))))
        {
            url = new(bucket, key);
        }

        return url is not null;
    }

    /// <summary>One level below.</summary>
    public ObjectUrl At(string name) => this with { Key = Key.Length == 0 ? name : $"{Key}/{name}" };

    public override string ToString() => Key.Length == 0 ? Scheme + Bucket : $"{Scheme}{Bucket}/{Key}";
}
