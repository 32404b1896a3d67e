using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Takes away what the generations of an experiment leave beside the checkpoints that count: folders that a killed silo did not finish, checkpoints that
/// were written and never counted. Not thread-safe.
/// </summary>
internal sealed class CheckpointSweep(LedExperiment experiment, ICheckpointKeeper checkpoints)
{
    private long _sweptIn;

    /// <summary>Checkpoints that workers have written and that do not count yet.</summary>
    public List<CheckpointRecord> Written { get; } = [];

    /// <summary>The experiment has ended or paused, and what it leaves has not been looked at.</summary>
    public bool IsDue { get; private set; }

    /// <summary>What the generations before left has been taken away already.</summary>
    public bool IsDoneIn(GenerationSession session) => _sweptIn == session.Generation;

    public void Soon() => IsDue = true;

    /// <summary>Once a generation has a checkpoint, what the ones before it left below it is of no use any more.</summary>
    /// <param name="step">Of the checkpoint.</param>
    public async Task Before(GenerationSession session, long step)
    {
        if (!IsDoneIn(session))
        {
            var run = experiment.Record;
            await checkpoints.DeleteUnknown(run.Id, session.Generation, step, Paths(run.Checkpoints.Concat(run.Aside).Concat(Written)));
            _sweptIn = session.Generation;
        }
    }

    /// <summary>
    /// Nobody writes for an experiment that has ended or paused, so what is half-written stays so. Where it cannot go on any more, whole checkpoints that
    /// never counted go too; otherwise those that are newer than its last one stay, as it may begin from them.
    /// </summary>
    public async Task IfDue()
    {
        if (!IsDue || experiment.Stored is not { } run)
        {
            return;
        }

        IsDue = false;
        var mayGoOn = run.Resumable || !run.IsTerminal;
        var step = !mayGoOn ? long.MaxValue : run.Checkpoints.Count > 0 ? run.Checkpoints[^1].Step : -1;
        await checkpoints.DeleteUnknown(run.Id, run.Generation + 1, step, Paths(run.Checkpoints.Concat(run.Aside).Concat(mayGoOn ? Written : [])));
    }

    private static HashSet<string> Paths(IEnumerable<CheckpointRecord> records) =>
        records.Select(checkpoint => checkpoint.Path).ToHashSet(StringComparer.Ordinal);
}
