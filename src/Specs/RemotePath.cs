namespace Sheaf.Specs;

/// <summary>Files of data that are not on the silo's disk: <c>https://HOST/FILE</c> and <c>s3://BUCKET/KEY</c>. Pure.</summary>
public static class RemotePath
{
    private static readonly string[] Schemes = ["https://", "http://", "s3://"];

    /// <summary>Whether a path is meant to be one.</summary>
    public static bool IsOne(string path) => Schemes.Any(scheme => path.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Why it cannot be fetched; null: it can. A password in it is refused, as everybody who may read the spec could read it.</summary>
    public static string? Mistake(string path) =>
        !Uri.TryCreate(path, UriKind.Absolute, out var url) || url.Host.Length == 0 ? "it is no whole URL"
        : url.UserInfo.Length > 0 ? "user and password have no place in a spec"
        : url.AbsolutePath.Trim('/').Length == 0 ? "it names no file"
        : url.Scheme == "http" && !url.IsLoopback ? "http:// is read from this machine only; use https://"
        : null;

    /// <summary>For messages: a query may be a key to the file.</summary>
    public static string Shown(string path) => path.IndexOf('?', StringComparison.Ordinal) is > 0 and var query && IsOne(path) ? path[..query] + "?..." : path;
}
