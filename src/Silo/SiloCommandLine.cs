using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Surroundings;

namespace Sheaf.Silo;

/// <summary>Reads a silo's options from its command line, variables and file.</summary>
public static class SiloCommandLine
{
    private const string ClusterVariable = "SHEAF_CLUSTER";

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
        var given = new OptionSources(Table, new Dictionary<string, string> { [ClusterVariable] = "cluster" }).Read(arguments, variables, problems);
        var options = (SiloOptions)Table.Bind(given, problems);
        if (given.All(each => each.Entry.Name != "data"))
        {
            options = options with { Data = ServerOptions.Try(() => DataHome.Default(variables.GetValueOrDefault), problems) ?? "" };
        }

        problems.AddRange(SecurityCommandLine.Incomplete(given));
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
}
