namespace Sheaf.Client.Failures;

/// <summary>What a script may rely on; the root's --help lists them.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The run failed or was cancelled, a checkpoint is damaged, an audit proves nothing, or a replay differs.</summary>
    public const int RunFailed = 1;

    public const int BadUsage = 2;

    public const int NotFound = 3;

    public const int Unreachable = 4;

    public const int WrongState = 5;

    /// <summary>The server answers that it cannot do it at present.</summary>
    public const int NotNow = 6;

    /// <summary>The work was done, its answer could not be written.</summary>
    public const int OutputLost = 7;

    /// <summary>The server does not know the caller, or the caller's role does not allow it.</summary>
    public const int NotAllowed = 8;

    /// <summary>Ctrl-C: a followed run goes on, a run of one's own is paused.</summary>
    public const int Interrupted = 130;

    /// <summary>The table for --help.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (RunFailed, "the run failed or was cancelled; a checkpoint is damaged; an audit or a replay found something"),
        (BadUsage, "bad usage or a bad spec"),
        (NotFound, "no such experiment, checkpoint, silo or cluster"),
        (Unreachable, "the server cannot be reached"),
        (WrongState, "the experiment's state forbids it"),
        (NotNow, "the server cannot do it now (its disk is full, its database or a part of the cluster is away): try again later"),
        (OutputLost, "standard output cannot be written; of `run` and the verbs that follow a run the code is the run's"),
        (NotAllowed, "the server does not know you (login), or your role does not allow it"),
        (Interrupted, "Ctrl-C: detached from a run that goes on, or paused a run of one's own"),
    ];
}
