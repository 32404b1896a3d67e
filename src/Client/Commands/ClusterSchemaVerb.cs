using System.CommandLine;
using Sheaf.Client.Clusters;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

/// <summary>cluster schema.</summary>
internal static class ClusterSchemaVerb
{
    public static Verb Create(ClientHost host)
    {
        var print = new Option<bool>("--print") { Description = "Print the SQL instead of running it" };
        var verb = new Verb("schema", "Make, or bring up to date, the tables that a cluster needs in a database of yours. What is stored is kept.",
            new Example("cluster schema --cluster \"Host=db;Username=sheaf;Database=sheaf\"", "once, before the first silo"),
            new Example("cluster schema --print > schema.sql", "for whoever owns the database"));
        verb.Options.Add(print);
        verb.Handle(host, async invocation =>
        {
            if (invocation.Parsed.GetValue(print))
            {
                host.Out.Write(await ClusterTables.ScriptAsync(host.Variable, invocation.Interrupted));
                return ExitCode.Ok;
            }

            var connection = invocation.Parsed.GetValue(GlobalOptions.Cluster) ?? (host.Variable("SHEAF_CLUSTER") is { Length: > 0 } variable
                ? variable
                : throw new CliException(
                    ExitCode.BadUsage, "`cluster schema` needs a database", null, "name it with --cluster CONNECTION or the variable SHEAF_CLUSTER"));
            if (!connection.Contains('=', StringComparison.Ordinal) && Directory.Exists(connection))
            {
                connection = ClusterState.Read(new(Path.GetFullPath(connection)))?.Connection
                    ?? throw new CliException(
                        ExitCode.NotFound,
                        $"there is no cluster in {connection}",
                        null,
                        $"start one: {host.Name} cluster up --data {ShellWord.Quote(connection)}");
            }

            var database = new DatabaseServers(connection, "--cluster", host.Variable);
            await database.MakeTablesAsync(invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => json.WriteBoolean("done", value: true));
            }
            else
            {
                host.Out.WriteLine($"The tables are in {database.Description}. Start a silo: {host.Name} silo --cluster CONNECTION");
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
