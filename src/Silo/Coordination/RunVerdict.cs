using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Whether a generation has come to its end. Pure.</summary>
public static class RunVerdict
{
    /// <summary>What ends the generation for good: the run's own fault, or that everything is done. Null: it goes on.</summary>
    public static RunChange? Of(RunRecord run, RunContext context, GenerationSession session, DateTimeOffset now)
    {
        if (session.Faults.FirstOrDefault(fault => fault.Failure.OfTheRun) is { } own)
        {
            return RunMachine.Failed(run, Text(own), now);
        }

        if (session.Disagreement is { } disagreement)
        {
            return RunMachine.Failed(run, disagreement, now);
        }

        if (!session.IsFinished)
        {
            return null;
        }

        if (session.LastCheckpointFault is { } problem && (session.IsComplete || run.Desired == DesiredState.Pause))
        {
            var last = run.Checkpoints.Count > 0 ? $"The checkpoint of step {run.Checkpoints[^1].Step} is intact" : "There is no earlier checkpoint, so it will begin anew";
            return RunMachine.Failed(run, $"the checkpoint of step {session.Step} could not be written: {problem} {last}: make room, then resume the experiment.", now, resumable: true);
        }

        return session.IsComplete ? RunMachine.Completed(run, RunResults.Of(run, context, session), now) : RunMachine.Drained(run, now);
    }

    public static string Text(WorkerFault fault) =>
        $"worker {fault.Worker}, step {fault.Failure.Step}{(fault.Failure.Shard is { } shard ? $", shard {shard}" : "")}: {fault.Failure.Message}";
}
