using System.Text.Json.Serialization;

namespace Sheaf.Client.Clusters;

/// <summary>A silo that `cluster up` or `cluster start` has started.</summary>
/// <param name="Began">When its process began, as the kernel counts it: with the number, the identity of a process.</param>
/// <param name="Grpc">URL; null until it was ready.</param>
/// <param name="Devices">Its --devices.</param>
internal sealed record ManagedSilo(string Name, int Pid, long Began, string? Grpc, string? Http, string Devices)
{
    [JsonIgnore]
    public bool IsAlive => Processes.IsAlive(Pid, Began);
}
