namespace Sheaf.Silo.Coordination;

/// <summary>
/// Decides what follows from the evaluations that the plan waits for, and writes it before anybody acts on it: an activation that comes later finds the
/// decision and does not make it again. Not thread-safe.
/// </summary>
internal sealed class EvaluationDecisions(LedExperiment experiment, RecordWriter writer)
{
    /// <summary>False: there is nothing to decide.</summary>
    public async Task<bool> Make(GenerationSession session)
    {
        if (session.Undecided is not { } evaluation)
        {
            return false;
        }

        var run = experiment.Record;
        var (next, notes) = DecisionRule.Next(experiment.Context, run.Decisions ?? new(), evaluation);
        var events = notes.Select(note => new Contracts.Grains.Messages.RunEvent { Time = experiment.UtcNow, Message = note }).ToArray();
        await writer.Apply(new(run with { Decisions = next }), new() { Events = events });
        session.Decide(next);
        return true;
    }
}
