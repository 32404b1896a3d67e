using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Tells the workers of a generation what to do, apart from the answers to their reports. Not thread-safe.</summary>
internal sealed class Directions(LedExperiment experiment, IWorkerCalls workers)
{
    private readonly Periodic _again = new(experiment.Options.DirectAgain.TotalSeconds);

    /// <summary>Not awaited: a silo that does not answer must not hold up the others. A directive that was lost is sent again.</summary>
    public void Send(GenerationSession session)
    {
        foreach (var worker in experiment.Record.Workers)
        {
            if (session.DirectivesOf(worker.Number) is { Count: > 0 } directives)
            {
                _ = workers.Direct(experiment.Id, worker, session.Generation, directives);
            }
        }
    }

    /// <summary>Lets the workers go on, where that is due. Needs no store.</summary>
    public void Grant(GenerationSession session)
    {
        // Those that made no step may wait for a directive that was lost, and have nothing to report.
        if (session.Extend() || session.IsClosed
            || (session.Heartbeats.Stillness(experiment.Now) >= experiment.Options.DirectAgain.TotalSeconds && _again.IsDue(experiment.Now)))
        {
            Send(session);
        }
    }

    /// <summary>Lets the workers of an experiment that should run go on while the store is away.</summary>
    public void GrantWithoutStore(GenerationSession session)
    {
        if (experiment.Record.Desired == DesiredState.Run && !session.IsFinished)
        {
            Grant(session);
        }
    }
}
