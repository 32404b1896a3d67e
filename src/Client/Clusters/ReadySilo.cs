using System.Text.Json;

namespace Sheaf.Client.Clusters;

/// <summary>Reads what a silo announces when it is ready, which may be long after the command that started it has given up.</summary>
internal static class ReadySilo
{
    /// <summary>The silo with its addresses; null: it has not announced them yet.</summary>
    public static ManagedSilo? Read(ClusterPaths paths, ManagedSilo silo)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(paths.Announce(silo.Name)));
            // Another process of its name may have left the file.
            return json.RootElement.GetProperty("pid").GetInt32() == silo.Pid
                ? silo with { Grpc = json.RootElement.GetProperty("grpc").GetString(), Http = json.RootElement.GetProperty("http").GetString() }
                : null;
        }
        catch (Exception notYet) when (
            notYet is JsonException or IOException or UnauthorizedAccessException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
