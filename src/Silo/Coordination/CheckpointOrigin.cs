using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Coordination;

/// <summary>Which checkpoint a generation begins from where no silo has the state, and what it waits for where none can be read. Not thread-safe.</summary>
internal sealed class CheckpointOrigin(LedExperiment experiment, RecordWriter writer, IPublication publication, ICheckpointKeeper checkpoints, Publisher news)
{
    private Away? _away;

    /// <summary>The message of the last search for checkpoints; empty: one was found.</summary>
    public string LastSeen => _away?.Text ?? "";

    /// <summary>What is not there, and need not be looked for again before long; null: nothing. A change of the record is a reason to look at once.</summary>
    public string? WaitsFor => _away is { } away && ReferenceEquals(away.For, experiment.Record) && away.LookAgain > experiment.Now ? away.Text : null;

    /// <summary>The newest intact checkpoint, or the seed where there never was one. Null: there are checkpoints, none of which can be read now.</summary>
    /// <param name="distrusted">Why what silos kept is not used; null: they kept nothing.</param>
    public async Task<StateOrigin?> Find(string? distrusted)
    {
        var run = experiment.Record;
        var known = run.Checkpoints.Concat(run.Aside).ToArray();

        // The ledger must have all steps below it: of a checkpoint that counts that is made sure before it does.
        var recorded = experiment.Spec.Bits == BitsPolicy.Strict && run.Generation > 1 ? (await publication.Flush(run.Id)).Recorded : 0;
        var search = await checkpoints.Find(
            run.Id, known, found => found.Generation > run.AnewAfter && found.Generation < run.Generation && found.Step <= recorded);
        if (search.Intact is null && known.Length > 0)
        {
            await Wait(known.Length, search);
            return null;
        }

        _away = null;
        if (distrusted is not null)
        {
            Say("warning", $"{distrusted}: it begins from the last checkpoint");
        }

        Tell(search, known);
        await Keep(run, known, search);
        return new() { Step = search.Intact?.Step ?? 0, Checkpoint = search.Intact };
    }

    private async Task Keep(RunRecord run, IReadOnlyList<CheckpointRecord> known, CheckpointSearch search)
    {
        var aside = search.Away.Select(away => away.Record).ToArray();
        var damaged = search.Damaged.Select(fault => fault.Record);
        var intact = search.Intact is { } found ? new[] { found } : [];
        var kept = known.Except(aside).Except(damaged).Union(intact).OrderBy(each => each.Step).ThenBy(each => each.Generation).ToArray();
        if (!kept.SequenceEqual(run.Checkpoints) || !aside.SequenceEqual(run.Aside))
        {
            await writer.Apply(new(run with { Checkpoints = kept, Aside = aside }));
        }
    }

    private async Task Wait(int count, CheckpointSearch search)
    {
        var run = experiment.Record;
        var (record, problem) = search.Away.Concat(search.Damaged).First();
        var which = count == 1 ? $"its checkpoint, of step {record.Step}, cannot be read" : $"none of its {count} checkpoints can be read";
        var text = search.Away.Count > 0
            ? $"waits for its checkpoints: {which} ({problem}) {Question(record)} It goes on by itself when they are there."
            : $"waits for its checkpoints: {which}: all of them are damaged ({problem}) Put intact files back.";
        text += $" To give them up and begin anew from step 0: resume {run.Id} --from-scratch";
        if (LastSeen != text)
        {
            Say("warning", text);
        }

        _away = new(text, run, experiment.Now + experiment.Options.CheckpointsAgain.TotalSeconds);
        if (run.Desired == DesiredState.Pause)
        {
            await writer.Decide(RunMachine.Drained(run, experiment.UtcNow));
        }
    }

    private void Tell(CheckpointSearch search, IReadOnlyList<CheckpointRecord> known)
    {
        foreach (var (record, problem) in search.Damaged)
        {
            Say("warning", $"the checkpoint of step {record.Step} is damaged and passed over: {problem}");
        }

        foreach (var (record, problem) in search.Away)
        {
            Say("warning", $"the checkpoint of step {record.Step} cannot be read now and is passed over: {problem}");
        }

        if (search.Intact is { } intact && !known.Contains(intact))
        {
            Say("info", $"the checkpoint of step {intact.Step} (generation {intact.Generation}) was written and had not been recorded; it is used");
        }
        else if (search.Intact is null && search.Unusable.Count > 0)
        {
            var steps = string.Join(", ", search.Unusable.Select(each => each.Step).Order());
            Say(
                "warning",
                $"it begins at step 0, although whole checkpoints of it are on the disk (step {steps}): they never counted, "
                    + "as the ledger lacks steps before them, or were given up");
        }
    }

    private static string Question(CheckpointRecord record) =>
        ObjectUrl.IsMeant(record.Path) ? "Does the object store answer, and is it the right one?" : "Is the file system mounted?";

    private void Say(string level, string message) => news.Say(experiment.UtcNow, level, message);

    /// <param name="For">The record with which they were looked for.</param>
    /// <param name="LookAgain">On the coordinator's clock.</param>
    private sealed record Away(string Text, RunRecord For, double LookAgain);
}
