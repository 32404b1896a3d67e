namespace Sheaf.Contracts.Messages;

/// <summary>An experiment's wish for devices; repeating it changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.DeviceRequest")]
public sealed record DeviceRequest
{
    [Id(0)] public required string ExperimentId { get; init; }

    [Id(1)] public required int Min { get; init; }

    [Id(2)] public required int Max { get; init; }

    /// <summary>Only silos of this fingerprint; null: any one, the same for all devices.</summary>
    [Id(3)] public string? Fingerprint { get; init; }
}
