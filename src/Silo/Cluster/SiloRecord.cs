using System.Net;

namespace Sheaf.Silo.Cluster;

/// <summary>What a silo says of itself in the cluster's database.</summary>
/// <param name="Address">In the membership.</param>
/// <param name="Grpc">URL of its API.</param>
/// <param name="Http">URL of its metrics.</param>
/// <param name="DataId">The same for silos that share a data directory.</param>
internal sealed record SiloRecord(string Name, SiloAddress Address, int Pid, string Host, string Grpc, string Http, string DataId)
{
    public static SiloAddress AddressOf(string ip, int port, int generation) => SiloAddress.New(IPAddress.Parse(ip), port, generation);
}
