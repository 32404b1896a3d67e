using Sheaf.Client.Failures;

namespace Sheaf.Client.Connections;

/// <summary>Where the server is: --server, else the variable SHEAF_SERVER, else loopback.</summary>
internal static class ServerAddress
{
    public const string Default = "http://127.0.0.1:7433";

    /// <summary>Of --proxy, else of the variable SHEAF_PROXY; null: none.</summary>
    public static Uri? Proxy(string? option, Func<string, string?> variable)
    {
        var (text, source) = option is not null ? (option, "--proxy") : (variable("SHEAF_PROXY") ?? "", "the variable SHEAF_PROXY");
        if (text.Length == 0 && option is null)
        {
            return null;
        }

        var url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.Host.Length > 0 && uri.AbsolutePath == "/"
            ? uri
            : throw new CliException(
                ExitCode.BadUsage,
                $"{source} is no HTTP proxy's address",
                "it takes http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT",
                "for example http://proxy.example:3128");
    }

    /// <summary>Accepts a URL, or host:port, which means http.</summary>
    public static Uri Parse(string text, string source)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.AbsolutePath == "/"
            ? uri
            : throw new CliException(
                ExitCode.BadUsage,
                $"{source} is '{text}', which is no server's address",
                "it takes http://HOST:PORT or https://HOST:PORT",
                $"for example {Default}");
    }
}
