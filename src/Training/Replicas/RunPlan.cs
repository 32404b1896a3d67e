using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Training.Replicas;

/// <summary>
/// What a run will do, from its spec and its data alone: how many steps, and before which of them it evaluates and checkpoints. Pure and immutable.
/// "At step k" means: with k steps applied, before step k.
/// </summary>
public sealed record RunPlan
{
    private readonly long _evaluateEvery;
    private readonly long _checkpointEvery;

    public RunPlan(ExperimentSpec spec, DataFacts facts)
        : this(spec, facts.TrainCount, facts.ValidationCount is > 0, facts.TestCount is > 0)
    {
    }

    public RunPlan(ExperimentSpec spec, int trainCount, bool hasValidation, bool hasTest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        BatchSize = Math.Min(spec.BatchSize ?? trainCount, trainCount);
        StepsPerEpoch = (trainCount + (long)BatchSize - 1) / BatchSize;
        TotalSteps = checked(StepsPerEpoch * spec.Epochs);
        HasTest = hasTest;
        _evaluateEvery = hasValidation ? spec.EvaluateEvery.InSteps(StepsPerEpoch) : long.MaxValue;
        _checkpointEvery = spec.Checkpoints.Every.InSteps(StepsPerEpoch);
        HasValidation = hasValidation;
    }

    /// <summary>Samples of a full step; at most the number of training rows.</summary>
    public int BatchSize { get; }

    public long StepsPerEpoch { get; }

    public long TotalSteps { get; private init; }

    public bool HasValidation { get; }

    /// <summary>The test rows are evaluated once, at <see cref="TotalSteps"/>.</summary>
    public bool HasTest { get; }

    /// <summary>Whether the validation rows are evaluated after so many steps; where there are any, they are at <see cref="TotalSteps"/>.</summary>
    public bool EvaluatesAt(long step) => HasValidation && Hits(_evaluateEvery, step);

    /// <summary>Whether a checkpoint is captured after so many steps; one is at <see cref="TotalSteps"/>.</summary>
    public bool CheckpointsAt(long step) => Hits(_checkpointEvery, step);

    /// <summary>The first step above <paramref name="step"/> at which something other than a step happens; <see cref="TotalSteps"/> at most.</summary>
    public long NextBoundary(long step) => Math.Min(Math.Min(Next(_evaluateEvery, step), Next(_checkpointEvery, step)), TotalSteps);

    /// <summary>Evaluations and checkpoints at the steps above <paramref name="from"/> and up to <paramref name="end"/>.</summary>
    public long PausesWithin(long from, long end) => Multiples(_evaluateEvery, from, end) + Multiples(_checkpointEvery, from, end);

    /// <summary>The same plan, ended early.</summary>
    public RunPlan EndingAt(long step) => this with { TotalSteps = Math.Min(step, TotalSteps) };

    private bool Hits(long every, long step) => step > 0 && step <= TotalSteps && (step % every == 0 || step == TotalSteps);

    private static long Next(long every, long step) => every == long.MaxValue ? every : ((step / every) + 1) * every;

    private static long Multiples(long every, long from, long end) => every == long.MaxValue ? 0 : (end / every) - (from / every);
}
