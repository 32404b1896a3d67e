using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using static Sheaf.Api.Diagnosis.WhyWords;

namespace Sheaf.Api.Diagnosis;

/// <summary>Finds the worker, the phase, the cause and the next command for a run. Pure: facts in, an answer out.</summary>
public static class WhyExplainer
{
    /// <summary>A worker is slow when it needs this many times what the others need before the barrier.</summary>
    private const double StandsOut = 1.25;

    /// <summary>A run is stuck when no step was committed for this many of its median steps, and for <see cref="StuckSeconds"/> at least.</summary>
    private const double StuckSteps = 10;
    private const double StuckSeconds = 5;

    /// <summary>Silos report a few times a second.</summary>
    private const double SilentSeconds = 3;

    public static WhyAnswer Explain(WhyFacts facts)
    {
        var run = facts.Health?.Run ?? facts.Recorded;
        if (run is { State: RunState.Completed or RunState.Failed or RunState.Cancelled } || facts.Health is null)
        {
            return run is { State: RunState.Completed or RunState.Failed or RunState.Cancelled } ? Ended(run) : Unreachable(facts);
        }

        var health = facts.Health;
        var answer = run!.State switch
        {
            RunState.Queued => Queued(run, facts),
            RunState.Paused => new(
                WhyVerdict.Paused,
                null,
                "",
                "paused",
                $"It was paused by a user at step {run.Step} of {run.TotalSteps}; it holds no device.",
                $"resume {run.Id}"),
            RunState.Starting => Starting(health, facts),
            RunState.Recovering => Recovering(health, facts),
            _ => Running(health, facts),
        };
        return run.State != RunState.Paused && health.Troubles.Count > 0 ? Troubled(answer, health) : answer;
    }

    /// <summary>What waits for a store, a disk or a mount is not the fault of the silo that waits for it.</summary>
    private static WhyAnswer Troubled(WhyAnswer answer, RunHealth health)
    {
        var isAtWork = health.Workers.Any(worker => worker.Phase is WorkerPhase.Computing or WorkerPhase.Reducing or WorkerPhase.Applying
            || worker.SiloStatus is not ("active" or "Active" or ""));
        var isOwnCause = answer.Verdict is WhyVerdict.Slow or WhyVerdict.Queued or WhyVerdict.Recovering || (answer.Verdict == WhyVerdict.Stuck && isAtWork);
        return isOwnCause
            ? answer
            : new(
                WhyVerdict.Troubled, null, "", answer.Phase,
                $"It is at step {health.Run.Step} of {health.Run.TotalSteps}. "
                    + $"{string.Join(" ", health.Troubles.Select(trouble => Capital(Sentence(trouble))))}",
                $"describe {health.Run.Id}", "cluster");
    }

    private static WhyAnswer Ended(RunSnapshot run) => run.State switch
    {
        RunState.Completed => new(WhyVerdict.Completed, null, "", "ended", Completed(run), $"describe {run.Id}"),
        RunState.Cancelled => new(
            WhyVerdict.Dead, null, "", "ended",
            $"A user cancelled it at step {run.Step} of {run.TotalSteps}.{(run.Reason.Length > 0 ? $" While it ended it failed: {Sentence(run.Reason)}" : "")}",
            $"describe {run.Id}"),
        _ => new(
            WhyVerdict.Dead,
            null,
            "",
            "ended",
            $"It failed at step {run.Step} of {run.TotalSteps}: {Sentence(run.Reason)}",
            $"logs {run.Id}",
            $"describe {run.Id}"),
    };

    private static WhyAnswer Unreachable(WhyFacts facts)
    {
        var last = facts.Pool?.FirstOrDefault(silo => silo.Coordinates.Contains(facts.ExperimentId))?.Name;
        var dead = facts.Silos.Where(silo => silo.Value == "dead").Select(silo => $"'{silo.Key}'").ToArray();
        var known = last is null
            ? "Which silo has it is not known"
            : $"It was last known on silo '{last}', which is {facts.Silos.GetValueOrDefault(last, "not a member of the cluster any more")}";
        var lost = dead.Length == 0
            ? ""
            : $" Of the cluster's silos {string.Join(", ", dead)} {(dead.Length == 1 ? "is" : "are")} dead; what was on a dead silo begins again "
                + "elsewhere within seconds.";
        var other = facts.Silos.FirstOrDefault(silo => silo.Value == "active" && silo.Key != facts.Asked).Key;
        return new(
            WhyVerdict.Unreachable,
            null,
            last ?? "",
            "unknown",
            $"Silo '{facts.Asked}', which was asked, cannot reach the coordinator of '{facts.ExperimentId}': "
                + $"{Sentence(facts.CoordinatorFailure)} {known}.{lost}",
            other is null ? ["cluster", $"why {facts.ExperimentId}"] : ["cluster", $"why {facts.ExperimentId} --server URL-OF-{other}"]);
    }

    private static WhyAnswer Queued(RunSnapshot run, WhyFacts facts)
    {
        var holders = (facts.Pool ?? []).SelectMany(silo => silo.Devices).Where(device => device.ExperimentId is not null && device.ExperimentId != run.Id)
            .GroupBy(device => device.ExperimentId!, StringComparer.Ordinal).OrderByDescending(group => group.Count()).Select(group => group.Key).ToArray();
        var next = holders.Select(holder => $"why {holder}").Take(1).Append("cluster").Append($"cancel {run.Id}").ToArray();
        return new(WhyVerdict.Queued, null, "", "waits for devices", Sentence(run.Reason.Length > 0 ? run.Reason : "it waits for devices"), next);
    }

    private static WhyAnswer Starting(RunHealth health, WhyFacts facts)
    {
        var late = Latest(health);
        return late is null
            ? new(
                WhyVerdict.Starting,
                null,
                "",
                "starting",
                $"Its workers start since {Seconds(health.SecondsInState)}.{Also(health)}",
                $"watch {facts.ExperimentId}")
            : new(
                WhyVerdict.Starting,
                late.Place.Number,
                late.Place.Silo,
                Phase(late),
                $"It waits for {Name(late)}, which is {Phase(late)} since {Seconds(late.SecondsInPhase)}.{Also(health)}",
                $"watch {facts.ExperimentId}",
                $"logs {facts.ExperimentId} --worker {late.Place.Number}");
    }

    private static WhyAnswer Recovering(RunHealth health, WhyFacts facts)
    {
        var run = health.Run;
        var lost = health.Workers.FirstOrDefault(
            worker => worker.SiloStatus is not ("active" or "Active" or ""))?.Place.Silo ?? facts.Silos.FirstOrDefault(silo => silo.Value == "dead").Key ?? "";
        var late = run.Workers.Count == 0 ? null : Latest(health);
        var waits = run.Workers.Count == 0
            ? " It waits for devices."
            : late is null ? "" : $" It waits for {Name(late)}, which is {Phase(late)} since {Seconds(late.SecondsInPhase)}.";
        return new(
            WhyVerdict.Recovering,
            late?.Place.Number,
            lost,
            "recovering",
            $"It recovers since {Seconds(health.SecondsInState)}: {Sentence(run.Reason.Length > 0 ? run.Reason : "workers were lost")}{waits}{Also(health)}",
            $"watch {run.Id}",
            "cluster");
    }

    private static WhyAnswer Running(RunHealth health, WhyFacts facts)
    {
        var run = health.Run;
        var still = health.SecondsSinceCommit ?? health.SecondsInState;
        if (still > Math.Max(StuckSeconds, StuckSteps * (health.StepSeconds ?? 0)))
        {
            return Stuck(health, facts, still);
        }

        if (Slowest(health) is { } slow)
        {
            return slow;
        }

        var speed = health.StepSeconds is { } seconds and > 0 ? $", {1 / seconds:0.#} steps/s{InAll(seconds, health.StepSecondsInAll)}" : "";
        return new(
            WhyVerdict.Healthy, null, "", "running",
            $"It is at step {run.Step} of {run.TotalSteps}{speed}, and no worker stands out.{Also(health)}", $"watch {run.Id}", $"describe {run.Id}");
    }

    /// <summary>Where evaluations and checkpoints take a good part of the time, the speed of the steps alone says little.</summary>
    private static string InAll(double alone, double? inAll) =>
        inAll > StandsOut * alone ? $" in the steps alone, {1 / inAll.Value:0.##} with evaluations and checkpoints" : "";

    /// <summary>What all workers wait for: the worker that is behind, the coordinator, or the network.</summary>
    private static WhyAnswer Stuck(RunHealth health, WhyFacts facts, double still)
    {
        var run = health.Run;
        var since = $"No step was committed for {Seconds(still)}.";
        if (health.Workers.FirstOrDefault(worker => worker.Phase is WorkerPhase.Evaluating or WorkerPhase.Capturing) is { } busy
            && health.Workers.All(worker => worker.Phase is not (WorkerPhase.Computing or WorkerPhase.Reducing)))
        {
            return new(
                WhyVerdict.Healthy,
                busy.Place.Number,
                busy.Place.Silo,
                Phase(busy),
                $"{since} Its workers are {Phase(busy)}, which takes {Seconds(busy.SecondsInPhase)} so far.{Also(health)}",
                $"watch {run.Id}");
        }

        if (health.Workers.FirstOrDefault(worker => worker.SiloStatus is not ("active" or "Active" or "")
            || worker.SecondsSinceReport > SilentSeconds) is { } silent)
        {
            var what = silent.SiloStatus is "active" or "Active" or ""
                ? $"has not reported for {Seconds(silent.SecondsSinceReport ?? still)}"
                : $"is {silent.SiloStatus}";
            return new(
                WhyVerdict.Stuck,
                silent.Place.Number,
                silent.Place.Silo,
                Phase(silent),
                $"{since} Silo '{silent.Place.Silo}' of {Name(silent)} {what}: it is dead, frozen or cut off.{Also(health)}",
                "cluster",
                $"drain {silent.Place.Silo}");
        }

        var waiting = health.Workers.Where(worker => worker.Phase == WorkerPhase.Reducing).ToArray();
        var behind = health.Workers.Where(worker => worker.Phase is not (WorkerPhase.Reducing or WorkerPhase.Idle or WorkerPhase.Ended)).OrderBy(worker =>
            worker.Step).ThenByDescending(worker => worker.SecondsInPhase).FirstOrDefault();
        if (behind is not null)
        {
            var who = waiting.Length == 0 ? "" : $" {Names(waiting)} {(waiting.Length == 1 ? "waits" : "wait")} for it at the barrier.";
            return new(
                WhyVerdict.Stuck, behind.Place.Number, behind.Place.Silo, Phase(behind),
                $"{since} {Capital(Name(behind))} is {Phase(behind)} in step {behind.Step} since {Seconds(behind.SecondsInPhase)}.{who}{Also(health)}",
                $"logs {run.Id} --worker {behind.Place.Number}", $"drain {behind.Place.Silo}");
        }

        if (waiting.Length > 0)
        {
            var first = waiting.OrderBy(worker => worker.Step).ThenByDescending(worker => worker.SecondsInPhase).First();
            return new(
                WhyVerdict.Stuck, first.Place.Number, first.Place.Silo, Phase(first),
                $"{since} All workers are at the barrier of step {first.Step}, {Name(first)} for {Seconds(first.SecondsInPhase)}: "
                    + $"the exchange between their silos does not come to an end.{Also(health)}",
                $"logs {run.Id}", "cluster");
        }

        return new(
            WhyVerdict.Stuck, null, health.CoordinatorSilo, "waits for the coordinator",
            $"{since} Its workers have done all that they were told (until step {health.Until}) and wait for the coordinator on silo "
                + $"'{health.CoordinatorSilo}'.{Also(health)}",
            $"logs {run.Id}", "cluster");
    }

    /// <summary>The worker whose time before the barrier stands out: all others wait for it in every step.</summary>
    private static WhyAnswer? Slowest(RunHealth health)
    {
        var timed = health.Workers.Where(worker => worker.ComputeSeconds is > 0).OrderByDescending(worker => worker.ComputeSeconds).ToArray();
        if (timed.Length < 2)
        {
            return null;
        }

        var slow = timed[0];
        var others = Median(timed.Skip(1).Select(worker => worker.ComputeSeconds!.Value));
        if (slow.ComputeSeconds < StandsOut * others)
        {
            return null;
        }

        var run = health.Run;
        var numbers = $"{Capital(Name(slow))} needs {Milliseconds(slow.ComputeSeconds!.Value)} of every step before the barrier, the others "
            + $"{Milliseconds(others)} (medians): each step waits {Milliseconds(slow.ComputeSeconds.Value - others)} for it.";
        var share = slow.Place.Shards.Count / timed.Skip(1).Average(worker => (double)worker.Place.Shards.Count);
        return slow.ComputeSeconds < StandsOut * share * others
            ? new(
                WhyVerdict.Slow, slow.Place.Number, slow.Place.Silo, "computing",
                $"{numbers} It has {slow.Place.Shards.Count} of the {run.Shards} shards, more than others have.{Also(health)}",
                $"scale {run.Id} --workers {EvenSplit(run)}", $"describe {run.Id}")
            : new(
                WhyVerdict.Slow, slow.Place.Number, slow.Place.Silo, "computing",
                $"{numbers} Its silo or device is slower, or busy with something else.{Also(health)}",
                $"drain {slow.Place.Silo}", $"logs {run.Id} --worker {slow.Place.Number}");
    }

    /// <summary>The nearest lower number of workers that gives all of them the same number of shards.</summary>
    private static int EvenSplit(RunSnapshot run) => Enumerable.Range(1, Math.Max(1, run.Workers.Count)).Last(workers => run.Shards % workers == 0);

    /// <summary>Of the workers that are not ready, the one that is at it longest.</summary>
    private static WorkerHealth? Latest(RunHealth health) =>
        health.Workers.Where(
            worker => worker.Phase is WorkerPhase.Loading or WorkerPhase.Unknown).OrderByDescending(worker => worker.SecondsInPhase).FirstOrDefault();

    private static string Also(RunHealth health) =>
        (health.Doing.Length > 0 ? $" Also: {Sentence(health.Doing)}" : "") + string.Concat(
            health.Troubles.Select(trouble => $" Trouble: {Sentence(trouble)}"));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static string Completed(RunSnapshot run) => run.Decisions is { StoppedAt: { } end } decisions
        ? $"It stopped early, at step {end} of {run.TotalSteps}: {decisions.StoppedBecause}."
        : $"It completed all of its {run.TotalSteps} steps.";
}
