namespace Sheaf.Contracts.Grains.Messages;

/// <summary>An experiment's wish for devices; repeating it changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.DeviceRequest")]
public sealed record DeviceRequest
{
    [Id(0)] public required string ExperimentId { get; init; }

    [Id(1)] public required int Min { get; init; }

    [Id(2)] public required int Max { get; init; }

    /// <summary>Only silos of this fingerprint; null: any one, the same for all devices.</summary>
    [Id(3)] public string? Fingerprint { get; init; }

    /// <summary>What the experiment has now, by its own account; the pool believes it. It asks for more of them, as far as nobody waits.</summary>
    [Id(4)] public IReadOnlyList<DeviceGrant> Held { get; init; } = [];

    /// <summary>Addresses of silos that it does not want more devices of now: they could not be reached, or a thread of theirs hangs.</summary>
    [Id(5)] public IReadOnlyList<string> Refused { get; init; } = [];
}
