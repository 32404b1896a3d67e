namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A device, and who uses it.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.DeviceInfo")]
public sealed record DeviceInfo
{
    /// <summary>cpu:0, cuda:0, ...</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required string Model { get; init; }

    [Id(2)] public required long MemoryBytes { get; init; }

    /// <summary>Null: free.</summary>
    [Id(3)] public string? ExperimentId { get; init; }

    /// <summary>The worker on it, where there is one.</summary>
    [Id(4)] public int Worker { get; init; }
}
