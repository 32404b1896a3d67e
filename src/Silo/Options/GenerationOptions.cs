using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How long a silo does what for the workers of a generation on it.</summary>
public sealed record GenerationOptions
{
    [Option("How long the coordinator may be silent before a silo's part of the generation ends; its state is kept", Least = "1s", Most = "1h")]
    [Above("database-connect-within", "what waits for the database must not end the leases of workers")]
    [Above("database-answer-within", "what waits for the database must not end the leases of workers")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    [Option("How long the end of a generation waits for its threads; one that takes longer is stuck, and the next generation goes on without it",
        Least = "100ms", Most = "1m")]
    [Below("coordination-survey-within", "a silo says what it kept when its threads have ended")]
    public TimeSpan EndWithin { get; init; } = TimeSpan.FromSeconds(3);

    [Option("Between two looks for data or checkpoints that are away", Least = "100ms", Most = "1m")]
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(2);

    [Option("How long the state of a generation that ended in order, or that the silo only prepared for, stays in memory", Least = "1s", Most = "1d")]
    [Below("generations-keep-state", "a state that is in no checkpoint is kept longer", OrEqual = true)]
    public TimeSpan KeepIdle { get; init; } = TimeSpan.FromMinutes(10);

    [Option("How long any other state stays in memory when nobody asks for it", Least = "1s", Most = "7d")]
    public TimeSpan KeepState { get; init; } = TimeSpan.FromHours(1);

    [Option("Datasets that stay in memory when no worker uses them", Least = "0", Most = "1000")]
    public int KeepDatasets { get; init; } = 2;

    [Option("Checkpoints that wait in memory while one is being written; where steps are faster than the disk, they wait too", Least = "1", Most = "16")]
    public int WaitingCheckpoints { get; init; } = 1;

    [Option("After a checkpoint that could not be written, until it is tried again; doubles with each failure", Least = "10ms", Most = "1m")]
    [Below("generations-checkpoint-longest-pause", "pauses grow", OrEqual = true)]
    public TimeSpan CheckpointFirstPause { get; init; } = TimeSpan.FromSeconds(1);

    [Option("The longest such pause", Least = "10ms", Most = "1h")]
    public TimeSpan CheckpointLongestPause { get; init; } = TimeSpan.FromSeconds(15);
}
