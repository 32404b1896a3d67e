using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Whether a generation has come to its end. Pure.</summary>
public static class RunVerdict
{
    /// <summary>What ends the generation: a fault, or that everything is done. Null: it goes on.</summary>
    public static RunChange? Of(RunRecord run, RunContext context, GenerationSession session, SiloReport report, DateTimeOffset now)
    {
        if (report.Faults.Count > 0)
        {
            var fault = report.Faults.FirstOrDefault(fault => fault.Failure.OfTheRun) ?? report.Faults[0];
            var (failure, shard) = (fault.Failure, fault.Failure.Shard is { } number ? $", shard {number}" : "");
            var reason = $"worker {fault.Worker}, step {failure.Step}{shard}: {failure.Message}";
            return failure.OfTheRun ? RunMachine.Failed(run, reason, now) : RunMachine.Lost(run, reason, session.Step, now);
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
}
