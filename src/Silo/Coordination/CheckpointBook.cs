using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Coordination;

/// <summary>Which checkpoints of an experiment count, and which are deleted. Not thread-safe.</summary>
internal sealed class CheckpointBook(LedExperiment experiment, RecordWriter writer, CheckpointSweep sweep, ICheckpointKeeper checkpoints)
{
    /// <summary>Workers have written these; they do not count yet.</summary>
    public void Add(IEnumerable<CheckpointRecord> written) => sweep.Written.AddRange(written);

    /// <summary>
    /// Those that may count, once the ledger on the store has every step below them: every worker has told of these steps, so they will not be computed
    /// again.
    /// </summary>
    public IReadOnlyList<CheckpointRecord> DueIn(GenerationSession session) =>
        sweep.Written.Where(checkpoint => checkpoint.Step <= session.CompleteStep).ToArray();

    /// <summary>Makes it count, and deletes those that no longer do.</summary>
    public async Task Count(CheckpointRecord checkpoint, GenerationSession session)
    {
        await TryCount(checkpoint, session);
        sweep.Written.Remove(checkpoint);
    }

    private async Task TryCount(CheckpointRecord checkpoint, GenerationSession session)
    {
        var run = experiment.Record;
        if (run.Checkpoints.Any(known => known.Path == checkpoint.Path))
        {
            return;
        }

        var isOld = checkpoint.Generation < session.Generation && run.Checkpoints is [.., var newest] && checkpoint.Step <= newest.Step;
        if (sweep.IsDoneIn(session) && isOld)
        {
            // What earlier generations left below the newest checkpoint has been taken away already.
            await checkpoints.Delete([checkpoint]);
            return;
        }

        var scored = checkpoint with
        {
            Score = checkpoint.Score ?? CheckpointScore.Of(experiment.Spec, session.Evaluations.GetValueOrDefault(RowSetKind.Validation), checkpoint.Step),
        };
        var all = run.Checkpoints.Append(scored).OrderBy(known => known.Step).ThenBy(known => known.Generation).ToArray();
        var dropped = RetentionPolicy.ToDelete(all, experiment.Spec, Decided(run.Decisions));
        var kept = all.Except(dropped).ToArray();
        var passed = run.Aside.Where(aside => aside.Step <= checkpoint.Step).ToArray();
        var without = run with { Aside = run.Aside.Except(passed).ToArray(), Decisions = WithValues(run.Decisions, checkpoint.Step, session) };
        var change = RunMachine.Checkpoints(without, kept, checkpoint.Step, session.Meter.Samples, session.Meter.Seconds);
        await writer.Apply(change, new() { Checkpoint = scored });
        session.Count(kept);
        await checkpoints.Delete(dropped.Concat(passed).ToArray());
        await sweep.Before(session, checkpoint.Step);
    }

    private static long[] Decided(RunDecisions? decisions) => new[] { decisions?.BestStep, decisions?.BestBefore }.OfType<long>().ToArray();

    /// <summary>The numbers that a person would ask for by name are those of the best model, where there is a best.</summary>
    private static RunDecisions? WithValues(RunDecisions? decisions, long step, GenerationSession session) =>
        decisions?.BestStep == step && session.FinalValues.Count > 0
            ? decisions with { BestValues = new Dictionary<string, double>(session.FinalValues) }
            : decisions;
}
