using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Coordination;

/// <summary>What a change of a run's record means to a person.</summary>
public static class RunEvents
{
    /// <summary>Null where nothing worth a line happened.</summary>
    public static RunEvent? Of(RunRecord? before, RunRecord after, DateTimeOffset now)
    {
        if (before is null)
        {
            return new() { Time = now, Message = "submitted" };
        }

        if (before.State == after.State && before.Generation == after.Generation && (before.Reason == after.Reason || after.Reason.Length == 0))
        {
            return null;
        }

        var (message, level) = after.State switch
        {
            RunState.Starting => ($"generation {after.Generation} on {Workers(after)} ({after.Cause})", "info"),
            RunState.Failed => ($"failed: {after.Reason}", "error"),
            RunState.Recovering when after.Workers.Count > 0 => ($"recovering in generation {after.Generation} on {Workers(after)}: {after.Reason}", "warning"),
            RunState.Recovering => ($"recovering: {after.Reason}", "warning"),
            _ when after.Reason.Length > 0 => ($"{RunMachine.Text(after.State)}: {after.Reason}", "info"),
            _ => (RunMachine.Text(after.State), "info"),
        };
        return new() { Time = now, Message = message, Level = level };
    }

    /// <summary>What a report says that a person should know.</summary>
    public static RunEvent[] Of(SiloReport report, ExperimentSpec spec, DateTimeOffset now) => report.Notes
        .Select(note => new RunEvent { Time = now, Message = note })
        .Concat(report.Evaluations.Select(evaluation => CheckpointScore.Obstacle(spec, evaluation)).OfType<string>()
        .Select(why => new RunEvent { Time = now, Level = "warning", Message = why }))
        .Concat(report.CheckpointFaults.Select(fault => new RunEvent
        {
            Time = now,
            Level = "error",
            Message = CheckpointTrouble(fault),
        }))
        .ToArray();

    /// <summary>A checkpoint that could not be written yet, in the words of every verb that tells of it.</summary>
    public static string CheckpointTrouble(CheckpointFault fault) =>
        $"the checkpoint of step {fault.Step} could not be written; it is tried again, and what was trained is kept in memory until then: {fault.Message}";

    private static string Workers(RunRecord run)
    {
        var list = string.Join(", ", run.Workers.Select(worker => $"worker {worker.Number} on {worker.Device} of {worker.Silo} ({worker.Shards})"));
        return $"{(run.Workers.Count == 1 ? "1 worker" : $"{run.Workers.Count} workers")}: {list}";
    }
}
