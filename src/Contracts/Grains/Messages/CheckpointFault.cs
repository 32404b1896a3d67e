namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A checkpoint that could not be written, or read.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.CheckpointFault")]
public sealed record CheckpointFault
{
    [Id(0)] public required long Step { get; init; }

    [Id(1)] public required string Message { get; init; }
}
