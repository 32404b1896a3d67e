using System.Numerics;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Takes in what the workers of one silo did, and lets them go on. Waits for nothing. Not thread-safe, but may be called while another part of the
/// coordinator waits.
/// </summary>
internal sealed class ReportIntake(
    LedExperiment experiment, CheckpointBook checkpoints, EpochReporter epochs, DeviceSearch devices, Publisher news, ISiloHealth silos)
{
    private string _toldWaits = "";

    /// <summary>False: it is not of this generation, or was taken in before.</summary>
    /// <exception cref="InvalidOperationException">It comes from a generation that another coordinator leads.</exception>
    public bool Hear(SiloReport report, out ReportAnswer answer)
    {
        var session = experiment.Session?.Generation == report.Generation ? experiment.Session : null;
        answer = new() { GoesOn = session is not null, DurableStep = news.Durable };
        if (session is null)
        {
            // Workers that outlived the activation that started them: their generation is over, and the next one is due.
            return experiment.Stored is { IsTerminal: false } run && report.Generation > run.Generation
                ? throw new InvalidOperationException(
                    $"Generation {report.Generation} of experiment '{run.Id}' is above the one that this coordinator leads, {run.Generation}: "
                        + "another one leads.")
                : false;
        }

        var isNew = session.IsNew(report);
        if (isNew)
        {
            TakeIn(session, report);
        }

        if (experiment.Record is { State: RunState.Running, Desired: DesiredState.Run } going && going.Generation == session.Generation
            && !GenerationRule.IsBroken(going, session, silos.IsDead, experiment.Now))
        {
            session.Extend();
            answer = answer with { Directives = session.DirectivesOf(report.Silo) };
        }

        return isNew;
    }

    /// <summary>
    /// What follows from a report should not wait for the next beat; steps of an experiment that goes on can, but for the first of a generation: whoever
    /// watches waits for it.
    /// </summary>
    public bool IsUrgent(SiloReport report) => !report.IsRoutine
        || experiment.Stored is not { State: RunState.Running, Desired: DesiredState.Run }
        || experiment.Session is not { IsFirstStepNews: false, IsClosed: false, Disagreement: null } session
        || devices.Joiners.Unready.Any()
        || checkpoints.DueIn(session).Count > 0;

    private void TakeIn(GenerationSession session, SiloReport report)
    {
        var steps = session.Take(report, experiment.Now);
        if (steps.Count > 0)
        {
            experiment.Stepped();
        }

        checkpoints.Add(report.Checkpoints);
        TellWaits(session);
        TellSkipped(session, steps);
        news.Add(new()
        {
            Steps = steps,
            Epochs = epochs.Take(steps),
            Evaluations = report.Evaluations,
            Progress = steps.Count > 0 ? session.Progress() : null,
            Events = RunEvents.Of(report, experiment.Spec, experiment.UtcNow),
        });
    }

    /// <summary>Said once when it begins, and once when it is over.</summary>
    private void TellWaits(GenerationSession session)
    {
        if (session.Waits != _toldWaits)
        {
            _toldWaits = session.Waits;
            news.Say(experiment.UtcNow, _toldWaits.Length > 0 ? "warning" : "info", _toldWaits.Length > 0 ? _toldWaits : "what was waited for is there");
        }
    }

    /// <summary>Said for the first one of a generation, and whenever there are twice as many.</summary>
    private void TellSkipped(GenerationSession session, IReadOnlyList<StepCommit> steps)
    {
        var before = session.Skipped - steps.Count(step => step.Skipped);
        if (session.Skipped > 0 && (before == 0 || BitOperations.Log2((ulong)session.Skipped) > BitOperations.Log2((ulong)before)))
        {
            var last = steps.Last(step => step.Skipped).Step;
            news.Say(
                experiment.UtcNow,
                "warning",
                $"the update of step {last} was skipped, as its loss or gradient is not finite (non_finite: skip); "
                    + $"{session.Skipped} skipped so far in generation {session.Generation}");
        }
    }
}
