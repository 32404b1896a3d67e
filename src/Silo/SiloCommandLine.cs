using Sheaf.Api.Hosting;
using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Surroundings;
using Sheaf.Training.Objects;

namespace Sheaf.Silo;

/// <summary>Reads a silo's options from its command line, variables and file.</summary>
public static class SiloCommandLine
{
    private const string ClusterVariable = "SHEAF_CLUSTER";

    /// <summary>Of two variables for one option the first counts.</summary>
    private static readonly Dictionary<string, string> s_aliases = new()
    {
        [ClusterVariable] = "cluster",
        ["SHEAF_CHECKPOINTS"] = "checkpoints",
        [LogOptions.Variable] = "log-format",
        ["AWS_ENDPOINT_URL_S3"] = "s3-endpoint",
        ["AWS_ENDPOINT_URL"] = "s3-endpoint",
    };

    internal static OptionTable Table { get; } = new(typeof(SiloOptions), "The silo");

    internal static string Usage => $"""
        Usage: Sheaf.Silo [options]
        {ServerOptions.Sources}
        {OptionPages.Help(Table)}

        Instead of starting:
          --show-options                  print the options that are in force, as a file of options, and end
          --probe [readyz|livez|startupz] ask the silo that runs on this machine, at --http: exit code 0 where all is well, else 1 (default readyz)
          --check-libtorch                load libtorch, say its version and the GPUs that it sees, and end
        The database's tables come from deploy/postgresql: ./sheaf cluster schema --cluster CONNECTION
        """;

    /// <summary>Every value is checked here, so that none is first refused by a library, half-way through the start.</summary>
    /// <param name="arguments">Of the process.</param>
    /// <param name="variables">All of the environment. Null: the process's.</param>
    /// <exception cref="FormatException">All that is wrong, a sentence each: the option, the value, and what is allowed.</exception>
    public static SiloOptions Parse(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        variables ??= ServerOptions.Variables();
        var problems = new List<string>();
        var given = new OptionSources(Table, s_aliases).Read(arguments, variables, problems);
        var options = (SiloOptions)Table.Bind(given, problems);
        if (given.All(each => each.Entry.Name != "data"))
        {
            options = options with { Data = ServerOptions.Try(() => DataHome.Default(variables.GetValueOrDefault), problems) ?? "" };
        }

        problems.AddRange(SecurityCommandLine.Incomplete(given));
        problems.AddRange(BadStores(options, given));
        if (problems.Count == 0)
        {
            problems.AddRange(SecurityCommandLine.Dangers(options.Security, options.ApiEndpoints, options.ClusterEndpoints));
        }

        if (options.Cluster is null)
        {
            problems.AddRange(given.Where(each => each.Entry.Says.OfClusters).Select(lonely => $"{lonely.Source} is for a silo of a cluster: "
                + $"name its database with --cluster CONNECTION or {ClusterVariable}, or leave {lonely.Source} out."));
        }

        return problems.Count == 0 ? options : throw new FormatException(string.Join('\n', problems));
    }

    /// <summary>What is wrong with the places of checkpoints and objects, a sentence each.</summary>
    private static IEnumerable<string> BadStores(SiloOptions options, IReadOnlyList<GivenOption> given)
    {
        if (options.Checkpoints is { } checkpoints && ObjectUrl.IsMeant(checkpoints) && !ObjectUrl.TryParse(checkpoints, out _))
        {
            yield return $"{SourceOf(given, "checkpoints")} '{Printable.Short(checkpoints, 80)}': "
                + "expected a directory, or s3://BUCKET/PREFIX with a bucket of 3 to 63 lower-case letters, digits, '-' and '.'.";
        }

        if (options.S3Endpoint is { } endpoint)
        {
            var isUrl = Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
            if (!isUrl || url!.UserInfo.Length > 0 || url.Query.Length > 0)
            {
                // Credentials have no place in it: it is on a command line, and in messages.
                yield return $"{SourceOf(given, "s3-endpoint")} '{(isUrl ? $"{url!.Scheme}://{url.Authority}" : Printable.Short(endpoint, 80))}': "
                    + "expected the URL of an object store, such as https://minio.lan:9000, without user, password or query.";
            }
        }
    }

    private static string SourceOf(IReadOnlyList<GivenOption> given, string name) => given.First(each => each.Entry.Name == name).Source;
}
