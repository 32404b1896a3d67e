using System.Net;
using Orleans.Configuration;

namespace Orleans.Runtime;

internal sealed class LocalSiloDetails : ILocalSiloDetails
{
    /// <param name="lastGeneration">Of the silo that was on an endpoint before; 0 when there was none.</param>
    public LocalSiloDetails(SiloOptions silo, ClusterOptions cluster, EndpointOptions endpoints, Func<IPEndPoint, int> lastGeneration)
    {
        var address = endpoints.AdvertisedIPAddress ?? IPAddress.Loopback;

        // The clock counts seconds: a silo that is started again at once would be taken for its predecessor.
        var generation = Math.Max(SiloAddress.AllocateNewGeneration(), lastGeneration(new IPEndPoint(address, endpoints.SiloPort)) + 1);
        SiloAddress = SiloAddress.New(address, endpoints.SiloPort, generation);
        GatewayAddress = SiloAddress.New(address, endpoints.GatewayPort, generation);
        Name = silo.SiloName ?? $"Silo_{Guid.NewGuid():N}"[..10];
        ClusterId = cluster.ClusterId;
        DnsHostName = Environment.MachineName;
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; }
}
