using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>When workers of a generation count as lost, through no fault of the run, and who goes on. Pure.</summary>
public static class FailureDetector
{
    /// <summary>Null: no worker is lost, or the experiment itself is at fault.</summary>
    /// <param name="dead">Whether the cluster has declared a silo dead.</param>
    /// <param name="now">Seconds of the leader's clock.</param>
    public static WorkerLoss? Of(RunRecord run, GenerationSession session, Func<string, bool> dead, double now)
    {
        if (session.Faults.Any(fault => fault.Failure.OfTheRun))
        {
            return null;
        }

        return Dead(run, dead) ?? Unreachable(run, session) ?? Failed(run, session) ?? Silent(run, session, now)
            ?? Hanging(run, session, now) ?? Loading(run, session, now);
    }

    private static WorkerLoss? Dead(RunRecord run, Func<string, bool> dead)
    {
        var gone = run.Workers.Where(worker => dead(worker.SiloAddress)).ToArray();
        return gone.Length == 0 ? null : new($"{Silos(gone)} died", run.Workers.Except(gone).ToArray(), []);
    }

    /// <summary>Whether the silo that was lost is dead, or a link is cut, shows when all are asked.</summary>
    private static WorkerLoss? Unreachable(RunRecord run, GenerationSession session)
    {
        if (session.Lost.Count == 0)
        {
            return null;
        }

        var lost = session.Lost[0];
        var name = run.Workers.FirstOrDefault(worker => worker.SiloAddress == lost.SiloAddress)?.Silo ?? lost.SiloAddress;
        return new($"silo '{name}' was lost in a reduction: {lost.Reason}", run.Workers, [], OverALink: true);
    }

    private static WorkerLoss? Failed(RunRecord run, GenerationSession session)
    {
        if (session.Faults.Count == 0)
        {
            return null;
        }

        var fault = session.Faults[0];
        var silo = run.Workers.FirstOrDefault(worker => worker.Number == fault.Worker)?.SiloAddress ?? "";
        var others = run.Workers.Where(worker => worker.SiloAddress != silo).ToArray();
        return run.State == RunState.Running || others.Length == 0
            ? new(RunVerdict.Text(fault), run.Workers, [], OfAWorker: true)
            : new(RunVerdict.Text(fault), others, [silo]);
    }

    private static WorkerLoss? Silent(RunRecord run, GenerationSession session, double now)
    {
        if (session.IsFinished)
        {
            return null;
        }

        // A worker that has carried out its last directive reports no more, but for the silo that writes the last checkpoint.
        var reporting = session.HasStopped ? run.Workers.OrderBy(worker => worker.Number).Take(1) : run.Workers;
        var silent = reporting.Where(worker => session.Heartbeats.Silence(worker.Silo, now) > Limits(session).Silence.TotalSeconds).ToArray();
        return silent.Length == 0 || run.State != RunState.Running
            ? null
            : new($"{Silos(silent)} reported nothing for {Limits(session).Silence.TotalSeconds:F0} s", run.Workers.Except(silent).ToArray(), Addresses(silent));
    }

    private static WorkerLoss? Hanging(RunRecord run, GenerationSession session, double now)
    {
        var activities = session.Heartbeats.Activities(now);
        if (activities.All(one => one.Seconds <= Limits(session).NoProgress.TotalSeconds))
        {
            // Nearly always: the median of the recent steps is not worth its time then.
            return null;
        }

        var limit = NoProgressRule.Limit(session.Heartbeats.StepSeconds, Limits(session));
        var stuck = NoProgressRule.Of(activities, limit);
        var places = run.Workers.Where(worker => stuck.Contains(worker.Number)).ToArray();
        var who = string.Join(", ", places.Select(worker => $"worker {worker.Number} on {worker.Device} of silo '{worker.Silo}'"));
        return places.Length == 0
            ? null
            : new(
                $"{who} made no progress for {limit:F0} s while others waited",
                run.Workers.Except(places).ToArray(),
                Addresses(places));
    }

    private static WorkerLoss? Loading(RunRecord run, GenerationSession session, double now)
    {
        if (run.State == RunState.Running || session.AllReady)
        {
            return null;
        }

        // What all of them wait for they wait for together: it says nothing against a silo. Where others have it, it does.
        var waiting = run.Workers.Where(worker => session.IsWaiting(worker.Silo)).ToArray();
        var rest = run.Workers.Except(waiting).ToArray();
        if (waiting.Length > 0 && rest.Length > 0 && rest.All(worker => !session.NotReady.Contains(worker.Number))
            && session.Heartbeats.Age(now) >= Limits(session).Waiting.TotalSeconds)
        {
            return new($"others have what {Silos(waiting)} lacks: {session.Waits}", rest, Addresses(waiting));
        }

        if (Math.Min(session.Heartbeats.Age(now), now - session.WaitedUntil) < Limits(session).Loading.TotalSeconds || rest.Length == 0)
        {
            return null;
        }

        var late = rest.Where(worker => session.NotReady.Contains(worker.Number)).ToArray();
        if (late.Length == 0)
        {
            return null;
        }

        var ready = run.Workers.Except(late).ToArray();
        var reason = $"{Silos(late)} had not loaded data and weights after {Limits(session).Loading.TotalSeconds:F0} s";
        return ready.Length == 0 ? new(reason, run.Workers, [], OfAWorker: true) : new(reason, ready, Addresses(late));
    }

    private static FailureOptions Limits(GenerationSession session) => session.Options.Failures;

    private static string Silos(IEnumerable<WorkerPlace> places)
    {
        var names = places.Select(place => $"'{place.Silo}'").Distinct().ToArray();
        return $"{(names.Length == 1 ? "silo" : "silos")} {string.Join(", ", names)}";
    }

    private static string[] Addresses(IEnumerable<WorkerPlace> places) => places.Select(place => place.SiloAddress).Distinct().ToArray();
}
