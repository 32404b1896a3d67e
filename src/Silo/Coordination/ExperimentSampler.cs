using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Api.Diagnosis;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Silo.Coordination;

/// <summary>Says what of a coordinator's experiment is measured. Not thread-safe: used within turns of its grain.</summary>
internal sealed class ExperimentSampler(Coordinator coordinator)
{
    /// <summary>Seconds; the explanation looks at every worker.</summary>
    private readonly Periodic _explaining = new(1);
    private string _verdict = "";

    /// <summary>Null: there is no such experiment.</summary>
    public ExperimentSample? Take()
    {
        if (coordinator.Led is not { Stored: { } run } experiment)
        {
            return null;
        }

        if (!run.IsTerminal && _explaining.IsDue(experiment.Now) && coordinator.Health() is { } health)
        {
            _verdict = WhyExplainer.Explain(Facts(run.Id, health)).Verdict.ToString().ToLowerInvariant();
        }

        var session = experiment.Session;
        var checkpoint = run.Checkpoints.Count > 0 ? run.Checkpoints[^1] : null;
        var validation = session?.Evaluations.GetValueOrDefault(RowSetKind.Validation);
        var steps = Math.Max(session?.Step ?? 0, run.Step);
        var isUnderWay = run.State is RunState.Starting or RunState.Running or RunState.Recovering;
        var measured = session?.LastStep is not null;
        return new()
        {
            Id = run.Id,
            Name = run.Name,
            State = run.State,
            Since = experiment.Since,
            Verdict = run.IsTerminal ? "" : _verdict,
            Generation = run.Generation,
            WantedWorkers = experiment.Context.Wanted(run),
            Workers = run.Workers.Count,
            Steps = steps,
            TotalSteps = experiment.Context.PlanOf(run).TotalSteps,
            SurvivesAnySilo = RunHealthView.Survivability(run).AnySilo,
            LastProgress = isUnderWay ? session?.Heartbeats.LastCommit ?? experiment.Since : null,
            UntilMargin = session is not null ? (session.Until - session.Step) * session.SecondsPerStepInAll : null,
            StepsPerSecond = measured ? session!.Meter.RecentStepsPerSecond : null,
            SamplesPerSecond = measured ? session!.Meter.RecentSamplesPerSecond : null,
            TrainingMetrics = Named(experiment, session?.LastStep?.Metrics),
            ValidationLoss = validation?.Loss,
            ValidationMetrics = Named(experiment, validation?.Metrics),
            SafeAt = checkpoint?.Written ?? run.Started,
            CheckpointStep = checkpoint?.Step,
            CheckpointBytes = checkpoint?.Bytes,
            LastRecovery = experiment.LastRecovery,
        };
    }

    private static WhyFacts Facts(string id, RunHealth health) =>
        new() { ExperimentId = id, Asked = health.CoordinatorSilo, Health = health, Silos = new Dictionary<string, string>() };

    private static (string, double)[] Named(LedExperiment experiment, IReadOnlyList<double>? values) =>
        values is null ? [] : [.. experiment.Spec.Metrics.Select(metric => metric.Name).Zip(values)];
}
