using System.Globalization;
using System.Net;
using Sheaf.Api.Hosting;

namespace Sheaf.Api.Security;

/// <summary>The options of <see cref="SecurityOptions"/>, which a silo and a gateway have alike. Pure.</summary>
internal static class SecurityCommandLine
{
    public const string Usage = """

        Who may call it (docs/security.md); without these it listens on loopback only, where everybody may do everything:
          --tokens FILE          callers show a token of this file, which has the hashes of tokens and a role each: sheaf token create
          --tls-certificate FILE, --tls-key FILE  TLS at --listen and --http: PEM files, read again when they change
          --tls-ca FILE          the CA of the other silos' and gateways' --tls-certificate (default: those of the system)
          --cluster-certificate FILE, --cluster-key FILE, --cluster-ca FILE  mutual TLS between silos and gateways: PEM files, read again when they change
          --oidc-authority URL, --oidc-audience NAME  tokens of this provider of OpenID Connect, issued for NAME, count too
          --oidc-role-claim NAME  their claim that has sheaf-viewer, sheaf-submitter or sheaf-admin in it (default roles)
          --audit-log FILE       a JSON line for each call that changes something, or is refused (default: audit.jsonl in a silo's own folder of --data)
          --max-request BYTES    of one request (default 4194304; 65536 to 67108864)
          --max-calls N          of one caller in a second (default 1000; 1 to 1000000)
          --max-streams N        that one caller has open: watch, logs, ... (default 500; 1 to 100000)
          --insecure             listen where other machines come, without TLS or tokens: for a network that is trusted
        """;

    public static IReadOnlyList<string> Options { get; } =
        ["--tokens", "--tls-certificate", "--tls-key", "--tls-ca", "--cluster-certificate", "--cluster-key", "--cluster-ca", "--oidc-authority",
            "--oidc-audience", "--oidc-role-claim", "--audit-log", "--max-request", "--max-calls", "--max-streams"];

    public static IReadOnlyList<string> Flags { get; } = ["--insecure"];

    /// <summary>What of the command line speaks of security.</summary>
    /// <exception cref="FormatException">Says which option is wrong and what is allowed.</exception>
    public static SecurityOptions Read(IReadOnlyDictionary<string, string> given)
    {
        string? File(string option) => !given.TryGetValue(option, out var path) ? null
            : path.Length > 0 && path[^1] != '/' && !path.Contains('\0', StringComparison.Ordinal) ? path
            : throw ServerOptions.Bad(option, path, "expected a file");
        Together(given, "--tls-certificate", "--tls-key");
        Together(given, "--cluster-certificate", "--cluster-key", "--cluster-ca");
        Together(given, "--oidc-authority", "--oidc-audience");
        return new()
        {
            Tokens = File("--tokens"),
            TlsCertificate = File("--tls-certificate"),
            TlsKey = File("--tls-key"),
            TlsCa = File("--tls-ca"),
            ClusterCertificate = File("--cluster-certificate"),
            ClusterKey = File("--cluster-key"),
            ClusterCa = File("--cluster-ca"),
            OidcAuthority = given.TryGetValue("--oidc-authority", out var authority) ? Authority(authority) : null,
            OidcAudience = given.GetValueOrDefault("--oidc-audience"),
            OidcRoleClaim = given.GetValueOrDefault("--oidc-role-claim", "roles"),
            AuditLog = File("--audit-log"),
            MaxRequest = Number(given, "--max-request", SecurityOptions.DefaultMaxRequest, 64 * 1024, 64 * 1024 * 1024),
            MaxCalls = Number(given, "--max-calls", 1000, 1, 1_000_000),
            MaxStreams = Number(given, "--max-streams", 500, 1, 100_000),
            Insecure = given.ContainsKey("--insecure"),
        };
    }

    /// <summary>A server that other machines reach, and that does not know who calls, does not start; unless it was told so.</summary>
    /// <param name="endpoints">Of the API.</param>
    /// <param name="ofCluster">Where silos and gateways reach this one.</param>
    /// <exception cref="FormatException">Names each of them, and what to do.</exception>
    public static void DemandSafe(
        SecurityOptions security, IEnumerable<(string Option, IPEndPoint EndPoint)> endpoints, IEnumerable<(string Option, IPEndPoint EndPoint)> ofCluster)
    {
        if (security.Insecure)
        {
            return;
        }

        var problems = new List<string>();
        if (!security.HasTls || !security.KnowsCallers)
        {
            var missing = string.Join(
                " and ",
                (string[])[.. security.HasTls ? [] : (string[])["--tls-certificate with --tls-key"], .. security.KnowsCallers ? [] : (string[])["--tokens"]]);
            problems.AddRange(Open(endpoints).Select(open => $"{open} is open to other machines, and everybody there could read and steer: add {missing}, "
                + $"or listen on 127.0.0.1."));
        }

        if (!security.HasClusterTls)
        {
            problems.AddRange(Open(ofCluster).Select(open =>
                $"{open} is open to other machines, and whoever reaches it would be taken for a silo: add --cluster-certificate, --cluster-key and "
                    + $"--cluster-ca, or use 127.0.0.1."));
        }

        if (problems.Count > 0)
        {
            throw new FormatException($"{string.Join('\n', problems)}\nWhere the network itself is trusted, say --insecure. docs/security.md has it step "
                + $"by step.");
        }
    }

    private static IEnumerable<string> Open(IEnumerable<(string Option, IPEndPoint EndPoint)> endpoints) =>
        endpoints.Where(at => !IPAddress.IsLoopback(at.EndPoint.Address)).Select(at => $"{at.Option} {at.EndPoint}");

    private static void Together(IReadOnlyDictionary<string, string> given, params string[] options)
    {
        var missing = options.Where(option => !given.ContainsKey(option)).ToArray();
        if (missing.Length > 0 && missing.Length < options.Length)
        {
            throw new FormatException($"{string.Join(" and ", options.Except(missing))} needs {string.Join(" and ", missing)} too: they belong together.");
        }
    }

    private static string Authority(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
            ? url
            : throw ServerOptions.Bad("--oidc-authority", url, "expected the https URL of a provider of OpenID Connect, such as "
                + "https://login.example.com/realms/team");

    private static int Number(IReadOnlyDictionary<string, string> given, string option, int usual, int least, int most) =>
        !given.TryGetValue(option, out var text) ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw ServerOptions.Bad(option, text, $"expected a whole number from {least} to {most}");
}
