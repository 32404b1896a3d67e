using Sheaf.Contracts.Messages;
using Sheaf.Silo.Coordination;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Storage;

/// <summary>Thread-safe.</summary>
internal sealed class CheckpointKeeper(ICheckpointStore store, ILogger<CheckpointKeeper> log) : ICheckpointKeeper
{
    public async Task<(CheckpointRecord? Intact, IReadOnlyList<CheckpointFault> Damaged)> FirstIntact(IReadOnlyList<CheckpointRecord> byStep)
    {
        var damaged = new List<CheckpointFault>();
        foreach (var checkpoint in byStep.Reverse())
        {
            var found = await store.VerifyAsync(checkpoint.Path);
            if (found.IsIntact)
            {
                return (checkpoint, damaged);
            }

            damaged.Add(new() { Step = checkpoint.Step, Message = string.Join(" ", found.Problems) });
        }

        return (null, damaged);
    }

    public Task Delete(IReadOnlyList<CheckpointRecord> checkpoints) => checkpoints.Count == 0 ? Task.CompletedTask : Task.Run(() =>
    {
        foreach (var checkpoint in checkpoints)
        {
            try
            {
                store.Delete(checkpoint.Path);
            }
            catch (CheckpointException e)
            {
                log.LogWarning("Checkpoint {Path} could not be deleted: {Reason}", checkpoint.Path, e.Message);
            }
        }
    });
}
