using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Api.Options;
using Sheaf.Api.Security;

namespace Sheaf.Gateway;

/// <summary>Reads a gateway's options from its command line, variables and file.</summary>
internal static class GatewayCommandLine
{
    private const string ClusterVariable = "SHEAF_CLUSTER";

    public static OptionTable Table { get; } = new(typeof(GatewayOptions), "The gateway");

    public static string Usage => $"""
        Usage: sheaf-gateway --cluster CONNECTION [options]
        The gRPC API and the HTTP endpoints of a cluster's silos, without devices or data: as many as are wanted. Silos are found in the database,
        and reached at their --gateway-port, and at their --listen for what lies on their disks.
        {ServerOptions.Sources}
        {OptionPages.Help(Table)}

        Instead of starting:
          --show-options                  print the options that are in force, as a file of options, and end
          --probe [readyz|livez|startupz] ask the gateway that runs on this machine, at --http: exit code 0 where all is well, else 1 (default readyz)
        """;

    /// <param name="arguments">Of the process.</param>
    /// <param name="variables">All of the environment. Null: the process's.</param>
    /// <exception cref="FormatException">All that is wrong, a sentence each: the option, the value, and what is allowed.</exception>
    /// <exception cref="ClusterRefusedException">The connection string is none.</exception>
    public static GatewayOptions Parse(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var problems = new List<string>();
        var given = new OptionSources(Table, new Dictionary<string, string> { [ClusterVariable] = "cluster", [LogOptions.Variable] = "log-format" })
            .Read(arguments, variables ?? ServerOptions.Variables(), problems);
        var options = (GatewayOptions)Table.Bind(given, problems);
        if (given.All(each => each.Entry.Name != "cluster"))
        {
            problems.Add("--cluster is missing: a gateway serves the silos of a cluster. "
                + $"Name its database with --cluster CONNECTION or the variable {ClusterVariable}.");
        }

        problems.AddRange(SecurityCommandLine.Incomplete(given));
        if (problems.Count == 0)
        {
            problems.AddRange(SecurityCommandLine.Dangers(options.Security, options.Endpoints, []));
        }

        if (problems.Count > 0)
        {
            throw new FormatException(string.Join('\n', problems));
        }

        _ = ConnectionText.Parse(options.Cluster);
        return options;
    }
}
