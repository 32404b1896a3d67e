using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <summary>Follows a generation that is under way: is anybody lost, is it over, is there more to do? Not thread-safe.</summary>
internal sealed class GenerationFollower(
    LedExperiment experiment,
    RecordWriter writer,
    GenerationEnd end,
    Directions directions,
    DeviceSearch devices,
    CheckpointBook checkpoints,
    EpochReporter epochs,
    EvaluationDecisions decisions,
    Publisher news,
    ISiloHealth silos,
    StoreCircuit circuit,
    TimeProvider time)
{
    public async Task Follow(GenerationSession session)
    {
        if (FailureDetector.Of(experiment.Record, session, silos.IsDead, experiment.Now) is { } loss)
        {
            await end.Lose(session, loss);
            return;
        }

        // What is heard while something is written is not in the ledger yet: the next turn acts on it.
        var endIsRecorded = session.IsFinished;
        await TryRecord(session, endIsRecorded);
        await Move(session, endIsRecorded);
    }

    private async Task Move(GenerationSession session, bool endIsRecorded)
    {
        var move = GenerationRule.Next(experiment.Record, session, endIsRecorded);
        switch (move)
        {
            case GenerationMove.Wait:
                break;
            case GenerationMove.BeginAgain:
                await BeginAgain(session, move.Reason);
                break;
            case GenerationMove.Go:
                experiment.Handover = experiment.Handover with { Distrust = null };
                await writer.Apply(RunMachine.Ready(experiment.Record, experiment.UtcNow));

                // Whoever reported before has nothing to do and nothing to report, and would not hear of what others were granted meanwhile.
                directions.Send(session);
                await Move(session, endIsRecorded);
                break;
            case GenerationMove.GiveUp:
                await writer.Decide(RunMachine.Drained(experiment.Record, experiment.UtcNow));
                break;
            case GenerationMove.GoOnAs next:
                await end.GoOnAs(next.Next);
                break;
            case GenerationMove.Judge:
                await Judge(session);
                break;
            default:
                throw new InvalidOperationException($"The move {move} of generation {session.Generation} of experiment '{experiment.Id}' is not known.");
        }
    }

    private async Task BeginAgain(GenerationSession session, string reason)
    {
        experiment.Handover = experiment.Handover with { Distrust = reason };
        news.Say(
            experiment.UtcNow,
            "warning",
            $"the workers of generation {session.Generation} do not begin with the same bits; it begins again from the last checkpoint");
        await end.Lose(session, new(reason, experiment.Alive(experiment.Record.Workers), []));
    }

    private async Task Judge(GenerationSession session)
    {
        var result = session.IsComplete ? await epochs.Result(session) : null;
        if (RunVerdict.Of(experiment.Record, session, result, experiment.UtcNow) is { } verdict)
        {
            await writer.Decide(verdict);
            return;
        }

        await PlanAhead(session);
    }

    private async Task TryRecord(GenerationSession session, bool isFinished)
    {
        var asked = time.GetTimestamp();
        try
        {
            await Record(session, isFinished);
        }
        catch (Exception e)
        {
            // The store is away: what must be written waits, the steps do not.
            circuit.Fail(e, asked);
            directions.GrantWithoutStore(session);
            throw;
        }
    }

    /// <summary>Tells what happened, and makes the checkpoints count that can.</summary>
    private async Task Record(GenerationSession session, bool isFinished)
    {
        await news.Send();
        await epochs.TellUnread();
        var due = checkpoints.DueIn(session);
        if (isFinished || due.Count > 0)
        {
            await news.Flush();
        }

        foreach (var written in due)
        {
            await checkpoints.Count(written, session);
        }
    }

    /// <summary>The same workers, led from another silo; null: the coordinator stays.</summary>
    private Reshaping? AsItIs(RunRecord run) =>
        experiment.Leaves is { } cause ? new(run.Workers.Select(LeasePlanner.DeviceOf).ToArray(), cause) : null;

    private async Task PlanAhead(GenerationSession session)
    {
        var run = experiment.Record;
        if (!session.IsClosed)
        {
            if (run.Desired != DesiredState.Run)
            {
                session.Drain(checkpoint: run.Desired == DesiredState.Pause);
            }
            else if (run.State == RunState.Running && (await devices.Look() ?? AsItIs(run)) is { } next)
            {
                session.DrainFor(next);
            }
            else if (await decisions.Make(session))
            {
                // The workers wait for it, and what follows may be a checkpoint alone.
                directions.Send(session);
            }
        }

        directions.Grant(session);
    }
}
