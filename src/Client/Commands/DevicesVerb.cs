using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class DevicesVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var verb = new Verb("devices", "List the devices (CPU cores and GPUs) that the server offers, and who trains on them.",
            new Example("devices", "for a person"),
            new Example("devices --output json", "one JSON object a device"));
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var cluster = await server.CallAsync(
                "list the devices", options => server.Cluster.DescribeAsync(new DescribeClusterRequest(), options), invocation.Interrupted);
            Write(invocation, cluster);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static void Write(Invocation invocation, ClusterDescription cluster)
    {
        var table = new TextTable("silo", "device", "model", "memory", "used by");
        foreach (var (silo, device) in cluster.Silos.SelectMany(silo => silo.Devices.Select(device => (silo, device))))
        {
            if (invocation.Json)
            {
                JsonLine.Write(invocation.Host.Out, json =>
                {
                    json.WriteString("silo", silo.Name);
                    json.WriteString("device", device.Name);
                    json.WriteString("model", device.Model);
                    json.WriteNumber("memory_bytes", device.MemoryBytes);
                    json.WriteString("experiment", device.ExperimentId.Length > 0 ? device.ExperimentId : null);
                    json.Number("worker", device.ExperimentId.Length > 0 ? device.Worker : null);
                });
            }

            table.Add(silo.Name, device.Name, device.Model, device.MemoryBytes > 0 ? Format.Bytes(device.MemoryBytes) : "-",
                device.ExperimentId.Length > 0 ? $"{device.ExperimentId}, worker {device.Worker}" : "free");
        }

        if (!invocation.Json)
        {
            table.Write(invocation.Host.Out, invocation.Ink);
        }
    }
}
