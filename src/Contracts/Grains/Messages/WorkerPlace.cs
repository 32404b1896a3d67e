using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Where one worker of a generation runs, and what it computes.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerPlace")]
public sealed record WorkerPlace
{
    [Id(0)] public required int Number { get; init; }

    /// <summary>Name of the silo.</summary>
    [Id(1)] public required string Silo { get; init; }

    /// <summary>On that silo: cpu:0, cuda:0, ...</summary>
    [Id(2)] public required string Device { get; init; }

    [Id(3)] public required ShardRange Shards { get; init; }

    /// <summary>Of that silo's process in the cluster; another one after its restart.</summary>
    [Id(4)] public required string SiloAddress { get; init; }

    /// <summary>Where that silo's data plane listens, as IP:PORT; empty where there is one silo.</summary>
    [Id(5)] public string DataEndpoint { get; init; } = "";
}
