using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Coordination;

/// <content>Which checkpoints the run has, which it goes on from, and what it waits for where none can be read.</content>
public sealed partial class RunLeader
{
    /// <summary>Seconds between two looks for checkpoints that are away.</summary>
    private const double LookEvery = 2;

    private double _lookAgain = double.NegativeInfinity;
    private string _away = "";
    private long _swept;
    private bool _anew;

    /// <summary>Begins the run anew from step 0; only ever a user's explicit wish.</summary>
    public async Task<CommandAnswer> BeginAnew() => Run is { } run ? await Command(RunMachine.Anew(run)) : new();

    private async Task Keep(CheckpointRecord checkpoint, GenerationSession session)
    {
        var run = Run!;
        if (run.Checkpoints.Any(known => known.Path == checkpoint.Path))
        {
            return;
        }

        if (_swept == session.Generation && checkpoint.Generation < session.Generation && run.Checkpoints.Count > 0 && checkpoint.Step <= run.Checkpoints[^1].Step)
        {
            // What earlier generations left below the newest checkpoint has been taken away already.
            await ports.Delete([checkpoint]);
            return;
        }

        var scored = checkpoint with { Score = checkpoint.Score ?? CheckpointScore.Of(Spec!, session.Evaluations.GetValueOrDefault(RowSetKind.Validation), checkpoint.Step) };
        var all = run.Checkpoints.Append(scored).OrderBy(known => known.Step).ThenBy(known => known.Generation).ToArray();
        var dropped = RetentionPolicy.ToDelete(all, Spec!.Checkpoints);
        var kept = all.Except(dropped).ToArray();
        var passed = run.Aside.Where(aside => aside.Step <= checkpoint.Step).ToArray();
        await Apply(
            RunMachine.Checkpoints(run with { Aside = run.Aside.Except(passed).ToArray() }, kept, checkpoint.Step, session.Meter.Samples, session.Meter.Seconds),
            new() { Checkpoint = scored });
        await ports.Delete(dropped.Concat(passed).ToArray());
        await Sweep(session, checkpoint.Step);
    }

    /// <summary>
    /// Once a generation has a checkpoint, what the ones before it left is of no use any more: folders that a killed silo did not finish, checkpoints that were written and never counted.
    /// </summary>
    private async Task Sweep(GenerationSession session, long step)
    {
        if (_swept == session.Generation)
        {
            return;
        }

        await ports.DeleteUnknown(Run!.Id, session.Generation, step, Paths(Run.Checkpoints.Concat(Run.Aside).Concat(_written)));
        _swept = session.Generation;
    }

    /// <summary>
    /// Nobody writes for a run that has ended or paused, so that what is half-written stays so. Where it cannot go on any more, whole checkpoints that never counted go too; otherwise those that
    /// are newer than its last one stay, for it may begin from them.
    /// </summary>
    private async Task SweepWhatEnded()
    {
        if (!_mustSweep || Run is not { } run)
        {
            return;
        }

        _mustSweep = false;
        var mayGoOn = run.Resumable || !run.IsTerminal;
        var step = !mayGoOn ? long.MaxValue : run.Checkpoints.Count > 0 ? run.Checkpoints[^1].Step : -1;
        await ports.DeleteUnknown(run.Id, run.Generation + 1, step, Paths(run.Checkpoints.Concat(run.Aside).Concat(mayGoOn ? _written : [])));
    }

    private static HashSet<string> Paths(IEnumerable<CheckpointRecord> checkpoints) => checkpoints.Select(checkpoint => checkpoint.Path).ToHashSet(StringComparer.Ordinal);

    /// <summary>False: there are checkpoints, none of which can be read now.</summary>
    private async Task<bool> BeginFromCheckpoint(string? distrusted, IReadOnlyCollection<KeptState> answers)
    {
        var run = Run!;
        var known = run.Checkpoints.Concat(run.Aside).ToArray();

        // The ledger must have all steps below it: of a checkpoint that counts that is made sure before it does.
        var recorded = Spec!.Bits == BitsPolicy.Strict && run.Generation > 1 ? (await ports.Flush(run.Id)).Recorded : 0;
        var search = await ports.FindCheckpoint(run.Id, known, found => found.Generation > run.AnewAfter && found.Generation < run.Generation && found.Step <= recorded);
        if (search.Intact is null && known.Length > 0)
        {
            return await WaitForCheckpoints(known.Length, search);
        }

        _away = "";
        if (distrusted is not null)
        {
            _news.Say(time.GetUtcNow(), "warning", $"{distrusted}: it begins from the last checkpoint");
        }

        Tell(search, known);
        var aside = search.Away.Select(away => away.Record).ToArray();
        var damaged = search.Damaged.Select(fault => fault.Record);
        var kept = known.Except(aside).Except(damaged).Union(search.Intact is { } intact ? [intact] : []).OrderBy(each => each.Step).ThenBy(each => each.Generation).ToArray();
        if (!kept.SequenceEqual(run.Checkpoints) || !aside.SequenceEqual(run.Aside))
        {
            await Apply(new(run with { Checkpoints = kept, Aside = aside }));
        }

        return await Begin(new() { Step = search.Intact?.Step ?? 0, Checkpoint = search.Intact }, answers);
    }

    private async Task<bool> WaitForCheckpoints(int count, CheckpointSearch search)
    {
        var (record, problem) = search.Away.Concat(search.Damaged).First();
        var which = count == 1 ? $"its checkpoint, of step {record.Step}, cannot be read" : $"none of its {count} checkpoints can be read";
        var text = search.Away.Count > 0
            ? $"waits for its checkpoints: {which} ({problem}) Is the file system mounted? It goes on by itself when they are there."
            : $"waits for its checkpoints: {which}: all of them are damaged ({problem}) Put intact files back.";
        text += $" To give them up and begin anew from step 0: resume {Run!.Id} --from-scratch";
        if (_away != text)
        {
            (_away, _waitsFor) = (text, text);
            _news.Say(time.GetUtcNow(), "warning", text);
        }

        (_waitsFor, _lookAgain) = (text, Now + LookEvery);
        if (Run.Desired == DesiredState.Pause)
        {
            await Decide(RunMachine.Drained(Run, time.GetUtcNow()));
        }

        return false;
    }

    private void Tell(CheckpointSearch search, IReadOnlyList<CheckpointRecord> known)
    {
        foreach (var (record, problem) in search.Damaged)
        {
            _news.Say(time.GetUtcNow(), "warning", $"the checkpoint of step {record.Step} is damaged and passed over: {problem}");
        }

        foreach (var (record, problem) in search.Away)
        {
            _news.Say(time.GetUtcNow(), "warning", $"the checkpoint of step {record.Step} cannot be read now and is passed over: {problem}");
        }

        if (search.Intact is { } intact && !known.Contains(intact))
        {
            _news.Say(time.GetUtcNow(), "info", $"the checkpoint of step {intact.Step} (generation {intact.Generation}) was written and had not been recorded; it is used");
        }
        else if (search.Intact is null && search.Unusable.Count > 0)
        {
            var steps = string.Join(", ", search.Unusable.Select(each => each.Step).Order());
            _news.Say(time.GetUtcNow(), "warning", $"it begins at step 0, although whole checkpoints of it are on the disk (step {steps}): they never counted, as the ledger lacks steps before them, or were given up");
        }
    }
}
