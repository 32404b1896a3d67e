namespace Sheaf.Records;

/// <summary>What one worker was doing when its silo looked.</summary>
public sealed record WorkerActivity
{
    public required int Worker { get; init; }

    public required WorkerPhase Phase { get; init; }

    /// <summary>The first step that it has not applied.</summary>
    public required long Step { get; init; }

    /// <summary>Seconds since it entered <see cref="Phase"/> of <see cref="Step"/>, by its silo's own clock.</summary>
    public required double Seconds { get; init; }
}
