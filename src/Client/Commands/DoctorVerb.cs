using System.CommandLine;
using Sheaf.Client.Doctor;
using Sheaf.Client.Failures;
using Sheaf.Client.Running;
using Sheaf.Client.Terminal;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>doctor: looks at this machine, and at a cluster where one is named.</summary>
internal static class DoctorVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var data = new Option<string?>("--data") { Description = "The data directory to look at. Default: that of `run`", HelpName = "DIR" };
        var verb = new Verb(
            "doctor",
            "Look at this machine, and with --server, --cluster or SHEAF_SERVER at that cluster: what is wrong, and what mends it. Changes nothing. Exit "
                + "code 1 where something is wrong.",
            new Example("doctor", "can a silo run here?"),
            new Example("doctor --server http://10.0.0.1:7433", "and is all well with the cluster?"),
            new Example("doctor --output json", "one JSON object a finding"));
        verb.Options.Add(data);
        verb.Handle(host, async invocation =>
        {
            var findings = MachineDiagnosis.Of(
                await MachineLook.TakeAsync(host, DataDirectory.Of(invocation.Parsed.GetValue(data), host.Variable), invocation.Interrupted)).ToList();
            if (IsNamed(invocation))
            {
                findings.AddRange(await ClusterAsync(invocation));
            }

            Write(invocation, findings);
            return findings.Exists(finding => finding.Level == FindingLevel.Wrong) ? ExitCode.RunFailed : ExitCode.Ok;
        });
        return verb;
    }

    private static bool IsNamed(Invocation invocation) =>
        invocation.Parsed.GetValue(GlobalOptions.Server) is not null || invocation.Parsed.GetValue(GlobalOptions.Cluster) is not null
        || invocation.Host.Variable("SHEAF_SERVER") is { Length: > 0 } || invocation.Host.Variable("SHEAF_CLUSTER") is { Length: > 0 };

    private static async Task<IEnumerable<Finding>> ClusterAsync(Invocation invocation)
    {
        try
        {
            using var server = await invocation.ConnectAsync();
            var cluster = await server.CallAsync(
                "look at the cluster", options => server.Cluster.DescribeAsync(new DescribeClusterRequest(), options), invocation.Interrupted);
            var listed = await server.CallAsync("list the experiments", options => server.Experiments.ListAsync(new ListRequest(), options),
                invocation.Interrupted);
            return [Finding.Ok("server", $"{server.Server} answers"), .. ClusterDiagnosis.Of(cluster, listed.Experiments, invocation.Host.Name)];
        }
        catch (CliException no) when (no.ExitCode is ExitCode.Unreachable or ExitCode.NotNow or ExitCode.NotFound)
        {
            return [Finding.Wrong("server", no.Why is { } why ? $"{no.Message}: {why}" : no.Message, no.Todo ?? "start one")];
        }
    }

    private static void Write(Invocation invocation, List<Finding> findings)
    {
        foreach (var finding in findings)
        {
            if (invocation.Json)
            {
                JsonLine.Write(invocation.Host.Out, json =>
                {
                    json.WriteString("level", NameOf(finding.Level));
                    json.WriteString("subject", finding.Subject);
                    json.WriteString("text", finding.Text);
                    json.WriteString("do", finding.Do);
                });
                continue;
            }

            invocation.Host.Out.WriteLine($"{NameOf(finding.Level),-8}{finding.Subject}: {Printable.Of(finding.Text)}");
            if (finding.Do is { } what)
            {
                invocation.Host.Out.WriteLine($"{"",-8}  do: {what}");
            }
        }
    }

    private static string NameOf(FindingLevel level) => level switch { FindingLevel.Ok => "ok", FindingLevel.Warning => "warning", _ => "wrong" };
}
