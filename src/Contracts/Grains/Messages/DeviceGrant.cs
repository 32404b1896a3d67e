namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One device that the pool gives to one experiment.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.DeviceGrant")]
public sealed record DeviceGrant
{
    [Id(0)] public required string Silo { get; init; }

    [Id(1)] public required string Device { get; init; }

    /// <summary>Of that silo's process in the cluster; another one after its restart.</summary>
    [Id(2)] public required string SiloAddress { get; init; }

    /// <summary>Where that silo's data plane listens, as IP:PORT; empty where there is one silo.</summary>
    [Id(3)] public string DataEndpoint { get; init; } = "";
}
