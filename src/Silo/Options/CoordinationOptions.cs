using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How coordinators lead their experiments.</summary>
public sealed record CoordinationOptions
{
    [OptionGroup("failures", "When workers count as lost")]
    public FailureOptions Failures { get; init; } = new();

    [Option("Between two looks of a coordinator at what is due", Least = "50ms", Most = "10s")]
    [Below("coordination-stood-still", "a coordinator that looks in time has not stood still")]
    [Below("failures-silence", "a coordinator that looks at nobody finds nobody lost")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    [Option("A coordinator that did not look for longer stood still itself: that time counts against no worker", Least = "100ms", Most = "1m")]
    [Below("failures-silence", "what a coordinator slept through must not make workers lost")]
    public TimeSpan StoodStill { get; init; } = TimeSpan.FromSeconds(1);

    [Option("How much work workers are granted beyond the last step that is known to be applied", Least = "50ms", Most = "1m")]
    [Below("generations-lease", "workers stop at a boundary before their lease ends")]
    public TimeSpan Ahead { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Steps that are granted before one has been measured", Least = "1", Most = "100000")]
    [Below("coordination-most-steps", "it is a grant", OrEqual = true)]
    public long FirstSteps { get; init; } = 8;

    [Option("Steps that are granted at most, however short they are", Least = "1", Most = "10000000")]
    public long MostSteps { get; init; } = 100_000;

    [Option("How long a call of the reduction `coordinator` waits for the parts of other silos, before it is made again", Least = "10ms", Most = "10s")]
    [Below("generations-lease", "a silo that waits for others must not lose its lease")]
    public TimeSpan ReductionWithin { get; init; } = TimeSpan.FromMilliseconds(500);

    [Option("A silo that has not said within this time what it kept counts as one that does not answer", Least = "100ms", Most = "1m")]
    [Below("generations-lease", "those that answered must not lose their lease meanwhile")]
    public TimeSpan SurveyWithin { get; init; } = TimeSpan.FromSeconds(4);

    [Option("How long a coordinator waits for the experiment and for the list of all to write; what was given up is told again", Least = "100ms", Most = "1m")]
    [Below("generations-lease", "a store that hangs must not end the leases of workers")]
    public TimeSpan PublishWithin { get; init; } = TimeSpan.FromSeconds(3);

    [Option("Workers that made no step for this time are told again what to do", Least = "100ms", Most = "1m")]
    public TimeSpan DirectAgain { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Between two requests for devices of an experiment that lacks some", Least = "100ms", Most = "1m")]
    public TimeSpan AskDevicesEvery { get; init; } = TimeSpan.FromSeconds(2);

    [Option("How long the pool's word that a silo leaves holds; the pool repeats it", Least = "1s", Most = "10m")]
    public TimeSpan LeaveHolds { get; init; } = TimeSpan.FromSeconds(5);

    [Option("How long the word holds that a coordinator leaves its silo; the silo repeats it", Least = "1s", Most = "10m")]
    public TimeSpan HandOverHolds { get; init; } = TimeSpan.FromSeconds(3);

    [Option("How long a silo that could not join is left alone after the first time; doubles with each", Least = "100ms", Most = "10m")]
    [Below("coordination-join-longest-pause", "pauses grow", OrEqual = true)]
    public TimeSpan JoinFirstPause { get; init; } = TimeSpan.FromSeconds(2);

    [Option("The longest such time", Least = "100ms", Most = "1d")]
    public TimeSpan JoinLongestPause { get; init; } = TimeSpan.FromMinutes(1);

    [Option("Between two looks for checkpoints that are away", Least = "100ms", Most = "10m")]
    public TimeSpan CheckpointsAgain { get; init; } = TimeSpan.FromSeconds(2);

    [Option("Generations that one turn of a coordinator writes before it lets others in", Least = "1", Most = "100")]
    public int Attempts { get; init; } = 4;

    [Option("Updates skipped in a row (non_finite: skip) of which a user is told", Least = "1", Most = "1000000")]
    public int ManySkipped { get; init; } = 10;

    [Option("Recent steps over which medians are taken", Least = "1", Most = "10000")]
    public int MedianSteps { get; init; } = 64;

    [Option("Step time over which the present speed is taken", Least = "100ms", Most = "10m")]
    public TimeSpan SpeedWindow { get; init; } = TimeSpan.FromSeconds(3);

    [Option("Between two looks for experiments that nobody leads", Least = "1s", Most = "1h")]
    public TimeSpan ResumeEvery { get; init; } = TimeSpan.FromSeconds(10);

    [Option("From a silo's death to a second look, when every silo has said which coordinators it still has", Least = "100ms", Most = "10m")]
    public TimeSpan ResumeAgain { get; init; } = TimeSpan.FromSeconds(5);

    [Option("Experiments that are touched at a time", Least = "1", Most = "1000")]
    public int ResumeAtOnce { get; init; } = 8;
}
