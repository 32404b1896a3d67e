using Sheaf.Records;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Coordination;

/// <summary>Thread-safe.</summary>
internal sealed class CheckpointKeeper(ICheckpointStore store, ILogger<CheckpointKeeper> log) : ICheckpointKeeper
{
    public async Task<CheckpointSearch> Find(string experimentId, IReadOnlyList<CheckpointRecord> known, Func<CheckpointRecord, bool> adoptable)
    {
        var unknown = await Unknown(experimentId, known);
        var damaged = new List<(CheckpointRecord, string)>();
        var away = new List<(CheckpointRecord, string)>();
        CheckpointRecord? intact = null;
        foreach (var checkpoint in known.Concat(unknown.Where(adoptable)).OrderByDescending(each => (each.Step, each.Generation)))
        {
            var found = await store.VerifyAsync(checkpoint.Path);
            if (found.IsIntact)
            {
                intact = checkpoint;
                break;
            }

            (found.IsAway ? away : damaged).Add((checkpoint, string.Join(" ", found.Problems)));
        }

        return new(intact, damaged, away, unknown.Where(each => !adoptable(each)).ToArray());
    }

    public async Task Delete(IReadOnlyList<CheckpointRecord> checkpoints)
    {
        foreach (var checkpoint in checkpoints)
        {
            try
            {
                await store.DeleteAsync(checkpoint.Path);
            }
            catch (CheckpointException e)
            {
                log.LogWarning(e, "Checkpoint {Path} could not be deleted, which is tried again when the run has its next one.", checkpoint.Path);
            }
        }
    }

    public async Task DeleteUnknown(string experimentId, long generation, long step, IReadOnlyCollection<string> known)
    {
        try
        {
            foreach (var path in await store.DeleteUnknownAsync(experimentId, generation, step, known))
            {
                log.LogInformation("{Path}, which nobody knew any more, is deleted.", path);
            }
        }
        catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException)
        {
            log.LogWarning(
                e,
                "Checkpoints of {Experiment} that nobody knows any more could not be deleted; it is tried again when the run has its next one, "
                    + "or is looked at next.",
                experimentId);
        }
    }

    private async Task<CheckpointRecord[]> Unknown(string experimentId, IReadOnlyList<CheckpointRecord> known)
    {
        try
        {
            return (await store.ListAsync(experimentId)).Select(entry => entry.Record).OfType<CheckpointRecord>().Where(
                found => !known.Any(each => (each.Step, each.Generation) == (found.Step, found.Generation))).ToArray();
        }
        catch (CheckpointException e)
        {
            log.LogWarning(e, "The checkpoints of {Experiment} cannot be looked through.", experimentId);
            return [];
        }
    }
}
