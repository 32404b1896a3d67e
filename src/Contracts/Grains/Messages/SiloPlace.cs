namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Where a silo is, by its own account.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.SiloPlace")]
public sealed record SiloPlace
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>In the membership.</summary>
    [Id(1)] public required string Address { get; init; }

    [Id(2)] public required int Pid { get; init; }

    /// <summary>URL of its API.</summary>
    [Id(3)] public required string Grpc { get; init; }
}
