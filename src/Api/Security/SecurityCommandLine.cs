using System.Net;
using Sheaf.Api.Options;

namespace Sheaf.Api.Security;

/// <summary>What of <see cref="SecurityOptions"/> must be said together, and where a server may listen with them. Pure.</summary>
internal static class SecurityCommandLine
{
    public const string Heading = "Who may call it (docs/security.md); without these it listens on loopback only, where everybody may do everything";

    private static readonly string[][] Sets =
        [["--tls-certificate", "--tls-key"], ["--cluster-certificate", "--cluster-key", "--cluster-ca"], ["--oidc-authority", "--oidc-audience"]];

    /// <summary>A sentence for each set of options of which some are given and some are not.</summary>
    public static IEnumerable<string> Incomplete(IReadOnlyList<GivenOption> given)
    {
        foreach (var set in Sets)
        {
            var missing = set.Where(option => given.All(each => each.Entry.Option != option)).ToArray();
            if (missing.Length > 0 && missing.Length < set.Length)
            {
                yield return $"{string.Join(" and ", set.Except(missing))} needs {string.Join(" and ", missing)} too: they belong together.";
            }
        }
    }

    /// <summary>A server that other machines reach, and that does not know who calls, does not start; unless it was told so.</summary>
    /// <param name="endpoints">Of the API.</param>
    /// <param name="ofCluster">Where silos and gateways reach this one.</param>
    /// <returns>A sentence for each of them, and what to do.</returns>
    public static IReadOnlyList<string> Dangers(
        SecurityOptions security, IEnumerable<(string Option, IPEndPoint EndPoint)> endpoints, IEnumerable<(string Option, IPEndPoint EndPoint)> ofCluster)
    {
        if (security.Insecure)
        {
            return [];
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

        return problems.Count == 0 ? problems
            : [.. problems, "Where the network itself is trusted, say --insecure. docs/security.md has it step by step."];
    }

    private static IEnumerable<string> Open(IEnumerable<(string Option, IPEndPoint EndPoint)> endpoints) =>
        endpoints.Where(at => !IPAddress.IsLoopback(at.EndPoint.Address)).Select(at => $"{at.Option} {at.EndPoint}");
}
