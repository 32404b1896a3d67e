using Sheaf.Client.Failures;

namespace Sheaf.Client.Clusters;

/// <summary>The tables that a cluster needs in its database; the scripts that make them are in Sheaf.Database.</summary>
internal static class ClusterTables
{
    /// <summary>The SQL that <see cref="ApplyAsync"/> runs, with a line break at its end.</summary>
    public static async Task<string> ScriptAsync(Func<string, string?> variable, CancellationToken cancellation) =>
        (await DatabaseProgram.AskAsync("print", null, variable, cancellation)).Output;

    /// <summary>Makes them, or brings them up to date; running it again keeps what is stored.</summary>
    /// <returns>False: it is no connection string.</returns>
    /// <exception cref="CliException">The database cannot be reached or refuses.</exception>
    public static async Task<bool> ApplyAsync(string connection, Func<string, string?> variable, CancellationToken cancellation)
    {
        var (code, output) = await DatabaseProgram.AskAsync("schema", connection, variable, cancellation);
        return code == DatabaseProgram.Refused
            ? throw new CliException(
                ExitCode.Unreachable, "the tables could not be made", output, "check that the database runs, and that its user may create tables")
            : code == 0;
    }
}
