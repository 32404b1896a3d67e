using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Definitions;
using Sheaf.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;
using Sheaf.Training.Weights;

namespace Sheaf.Silo.Coordination;

/// <summary>What follows from a run's spec and data and never changes.</summary>
public sealed class RunContext(ExperimentDefinition definition)
{
    public ExperimentSpec Spec => definition.Spec;

    public DataFacts Facts => definition.Facts;

    public DatasetRecord Dataset => definition.Dataset;

    public RunPlan Plan => definition.Plan;

    /// <summary>The weights that it begins with and those that stay, for a person; empty: all are drawn and trained.</summary>
    public string BeginsWith { get; } = WeightsMatch.Describe(definition.Spec, definition.Facts, definition.Model);

    /// <summary>Of what a step reduces.</summary>
    public long GradientBytes => sizeof(float) * (long)definition.Model.ReductionLength;

    public ShardPlan Shards => new()
    {
        Seed = Spec.Seed,
        TrainCount = Facts.TrainCount,
        BatchSize = Plan.BatchSize,
        Shards = Spec.Shards,
        DatasetKey = Dataset.Key,
    };

    public RunSnapshot Snapshot(RunRecord run, long step) => new()
    {
        Id = run.Id,
        Name = run.Name,
        State = run.State,
        Desired = run.Desired,
        Reason = run.Reason,
        Generation = run.Generation,
        Step = step,
        TotalSteps = Plan.TotalSteps,
        StepsPerEpoch = Plan.StepsPerEpoch,
        Epochs = Spec.Epochs,
        Shards = Spec.Shards,
        TrainingSamples = Facts.TrainCount,
        MetricNames = Spec.Metrics.Select(metric => metric.Name).ToArray(),
        ClassNames = Spec.Loss.WantsClasses ? ClassNames() : [],
        Workers = run.Workers,
        Reduction = SpecNames.Of(Spec.Reduction),
        Fingerprint = run.Fingerprint,
        Submitted = run.Submitted,
        Started = run.Started,
        Ended = run.Ended,
        Result = run.Result,
        WantedWorkers = Wanted(run),
        BasePath = run.BasePath,
        DatasetKey = Dataset.Key,
        Resumable = run.Resumable,
        Decisions = run.Decisions,
        BeginsWith = BeginsWith,
    };

    /// <summary>Where all workers are on one silo, they reduce in its memory, unless the spec wants the coordinator to.</summary>
    public ReductionKind Reduction(RunRecord run) => Spec.Reduction == ReductionKind.Auto
        ? ReductionChoice.Auto(GradientBytes, run.Workers.DistinctBy(worker => worker.SiloAddress).Count())
        : Spec.Reduction;

    /// <summary>The plan as far as it is carried out: up to where the training was ended early.</summary>
    public RunPlan PlanOf(RunRecord run) => run.Decisions?.StoppedAt is { } end ? Plan.EndingAt(end) : Plan;

    /// <summary>How many workers the run should have.</summary>
    public int Wanted(RunRecord run) => Math.Min(run.WantedWorkers ?? Spec.Workers.Max, Spec.Shards);

    /// <summary>Of every class, its number where the spec has no name for it.</summary>
    private string[] ClassNames() =>
        [.. Enumerable.Range(0, Facts.Classes ?? 0).Select(place => place < Facts.ClassNames.Count ? Facts.ClassNames[place] : place.ToString())];
}
