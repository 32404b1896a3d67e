using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Whether a generation has come to its end. Pure.</summary>
public static class RunVerdict
{
    /// <summary>What ends the generation for good: the run's own fault, or that everything is done. Null: it goes on.</summary>
    /// <param name="result">What the run leaves; null as long as its plan is not carried out.</param>
    public static RunChange? Of(RunRecord run, GenerationSession session, RunResult? result, DateTimeOffset now)
    {
        if (session.Faults.FirstOrDefault(fault => fault.Failure.OfTheRun) is { } own)
        {
            return RunMachine.Failed(run, Text(own), now);
        }

        if (session.Disagreement is { } disagreement)
        {
            return RunMachine.Failed(run, disagreement, now);
        }

        if (run.Desired == DesiredState.Cancel && (session.EndsPlan || session.HasStopped))
        {
            // Nothing that is still to come, an evaluation or a checkpoint, is wanted any more.
            return RunMachine.Drained(run, now);
        }

        if (!session.IsFinished)
        {
            return null;
        }

        return session.IsComplete && result is not null ? RunMachine.Completed(run, result, now) : RunMachine.Drained(run, now);
    }

    public static string Text(WorkerFault fault) =>
        $"worker {fault.Worker}, step {fault.Failure.Step}{(fault.Failure.Shard is { } shard ? $", shard {shard}" : "")}: {fault.Failure.Message}";
}
