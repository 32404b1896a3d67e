using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`cluster`: the silos, their devices, who trains what.</summary>
internal static class ClusterOutput
{
    public static void WriteText(TextWriter output, ClusterDescription cluster, Ink ink)
    {
        var table = new TextTable("silo", "process", "status", "devices", "trains", "coordinates");
        foreach (var silo in cluster.Silos)
        {
            table.Add(
                silo.Name,
                silo.Pid == 0 ? "-" : silo.Pid.ToString(),
                silo.Status,
                silo.Devices.Count == 0 ? "-" : string.Join(' ', silo.Devices.Select(device => device.Name)),
                silo.Workers.Count == 0 ? "-" : string.Join(", ", silo.Workers.Select(worker => $"{worker.ExperimentId}/{worker.Worker} on {worker.Device}")),
                silo.Coordinates.Count == 0 ? "-" : string.Join(", ", silo.Coordinates));
        }

        table.Write(output, ink);
        foreach (var silo in cluster.Silos)
        {
            foreach (var trouble in silo.Troubles)
            {
                output.WriteLine(ink.Bad($"trouble at {silo.Name}: {trouble}"));
            }
        }
    }

    public static void WriteJson(TextWriter output, ClusterDescription cluster) => JsonLine.Write(output, json =>
    {
        json.Objects("silos", cluster.Silos, silo =>
        {
            json.WriteString("name", silo.Name);
            json.WriteNumber("pid", silo.Pid);
            json.WriteString("status", silo.Status);
            json.Strings("devices", silo.Devices.Select(device => device.Name));
            json.Objects("workers", silo.Workers, worker =>
            {
                json.WriteString("experiment", worker.ExperimentId);
                json.WriteNumber("worker", worker.Worker);
                json.WriteString("device", worker.Device);
            });
            json.Strings("troubles", silo.Troubles);
            json.Strings("coordinates", silo.Coordinates);
        });
    });
}
