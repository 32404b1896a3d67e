namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What the pool says to a request: devices, or why they have to be waited for.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.DeviceAnswer")]
public sealed record DeviceAnswer
{
    /// <summary>All that the experiment has now, what it held before first. Empty: queued.</summary>
    [Id(0)] public required IReadOnlyList<DeviceGrant> Granted { get; init; }

    /// <summary>Why it is queued, for a person.</summary>
    [Id(1)] public string? Reason { get; init; }

    /// <summary>Of the granted devices.</summary>
    [Id(2)] public string? Fingerprint { get; init; }
}
