namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What one worker was doing when its silo looked.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.WorkerActivity")]
public sealed record WorkerActivity
{
    [Id(0)] public required int Worker { get; init; }

    [Id(1)] public required WorkerPhase Phase { get; init; }

    /// <summary>The first step that it has not applied.</summary>
    [Id(2)] public required long Step { get; init; }

    /// <summary>Seconds since it entered <see cref="Phase"/> of <see cref="Step"/>, by its silo's own clock.</summary>
    [Id(3)] public required double Seconds { get; init; }
}
