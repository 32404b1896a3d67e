using Sheaf.Contracts.Grains.Messages;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Where this silo's workers of one generation take their state from: its own memory where that has it, another silo's, a checkpoint, or the seed. First
/// <see cref="Load"/> gets what must be got from elsewhere, then <see cref="Take"/> gives each worker its own; in between nothing that was kept is touched,
/// so a generation that does not come to be costs no state.
/// </summary>
internal sealed class StateSupply
{
    private readonly StateOrigin _origin;
    private readonly StateCache _kept;
    private readonly DataBundle _data;
    private readonly bool _ownMemory;
    private readonly CheckpointSnapshot? _snapshot;

    private StateSupply(StateOrigin origin, StateCache kept, DataBundle data, bool ownMemory, CheckpointSnapshot? snapshot, string? note)
    {
        (_origin, _kept, _data, _ownMemory, _snapshot, Note) = (origin, kept, data, ownMemory, snapshot, note);
    }

    /// <summary>What a person should know of it; null: nothing.</summary>
    public string? Note { get; }

    /// <param name="workers">How many of the generation run on this silo.</param>
    /// <param name="siloAddress">This silo's.</param>
    /// <exception cref="IOException">No donor could give the state.</exception>
    public static async Task<StateSupply> Load(
        Assignment assignment, int workers, string siloAddress, StateCache kept, DataBundle data, ICheckpointStore store, IPeers peers,
        CancellationToken cancellationToken)
    {
        var origin = assignment.From;
        if (origin.Checkpoint is { } record)
        {
            var read = await store.ReadAsync(record.Path, cancellationToken);
            return new(origin, kept, data, false, read, $"goes on from the checkpoint of step {read.Step} (generation {read.Generation})");
        }

        if (origin.Donors.Count == 0)
        {
            return new(origin, kept, data, false, null, null);
        }

        if (kept.Step == origin.Step)
        {
            // A copy is made where a replica is missing here, or where another silo will ask for it; it is made now, for the replicas change with the first
            // step.
            var copy = kept.CountAt(origin.Step, data) < workers || IsAskedFor(assignment) ? kept.SnapshotAt(origin.Step) : null;
            return new(origin, kept, data, true, copy, null);
        }

        var (fetched, from) = await Fetch(assignment, siloAddress, peers, cancellationToken);
        return new(origin, kept, data, false, fetched, $"copied the state before step {origin.Step} from silo '{from.Silo}'");
    }

    /// <summary>One worker's beginning: a replica to use again, the state to put into it, or neither, which is the seed's.</summary>
    public (KeptReplica? Reuse, CheckpointSnapshot? From) Take(string device)
    {
        if (_ownMemory && _kept.TakeAt(_origin.Step, _data, device) is { } replica)
        {
            return (replica, null);
        }

        return _snapshot is null ? (_kept.TakePrepared(_data, device), null) : (_kept.TakeVessel(_data, device), _snapshot);
    }

    /// <summary>Whether a silo of the generation has to copy the state from a donor.</summary>
    private static bool IsAskedFor(Assignment assignment) =>
        assignment.Workers.Any(worker => assignment.From.Donors.All(donor => donor.SiloAddress != worker.SiloAddress));

    private static async Task<(CheckpointSnapshot State, StateDonor From)> Fetch(
        Assignment assignment, string siloAddress, IPeers peers, CancellationToken cancellationToken)
    {
        var (step, failures) = (assignment.From.Step, new List<string>());
        foreach (var donor in assignment.From.Donors.Where(donor => donor.SiloAddress != siloAddress))
        {
            try
            {
                var state = await peers.Fetch(donor, assignment.ExperimentId, step, cancellationToken);
                if (state.Step == step)
                {
                    return (state, donor);
                }

                failures.Add($"silo '{donor.Silo}' gave that before step {state.Step}");
            }
            catch (IOException e)
            {
                failures.Add($"silo '{donor.Silo}': {e.Message}");
            }
        }

        throw new IOException(
            $"The state before step {step} could not be copied from any silo "
                + $"({string.Join("; ", failures.DefaultIfEmpty("only this one was named, and it has another"))}).");
    }
}
