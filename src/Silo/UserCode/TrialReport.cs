using Sheaf.Training.Trials;


namespace Sheaf.Silo.UserCode;

/// <summary>A line that the process of a trial writes: what it is about to do, or at last what came of it.</summary>
internal sealed record TrialReport
{
    public string? Doing { get; init; }

    public TrialResult? Result { get; init; }
}
