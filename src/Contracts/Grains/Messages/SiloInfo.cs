namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What a silo says of itself to the device pool, at its start and every few seconds.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.SiloInfo")]
public sealed record SiloInfo
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Of the silo in the cluster.</summary>
    [Id(1)] public required string Address { get; init; }

    [Id(2)] public required int Pid { get; init; }

    [Id(3)] public required string Version { get; init; }

    /// <summary>What the bits of a computation depend on: libtorch, kind of processor, threads.</summary>
    [Id(4)] public required string Fingerprint { get; init; }

    [Id(5)] public required IReadOnlyList<DeviceInfo> Devices { get; init; }

    /// <summary>Experiments whose coordinator is on it, where known.</summary>
    [Id(6)] public IReadOnlyList<string> Coordinates { get; init; } = [];

    /// <summary>Where the data plane listens, as IP:PORT; empty where there is one silo.</summary>
    [Id(7)] public string DataEndpoint { get; init; } = "";

    /// <summary>Where the gRPC API listens, as a URL; empty where that is not known.</summary>
    [Id(8)] public string ApiEndpoint { get; init; } = "";

    /// <summary>Gets no new workers, and those that it has leave it: it is to be taken away. The pool's own word.</summary>
    [Id(9)] public bool Draining { get; init; }

    /// <summary>What is not as it should be with it or its database, a sentence each.</summary>
    [Id(10)] public IReadOnlyList<string> Troubles { get; init; } = [];
}
