using Google.Protobuf.WellKnownTypes;
using Sheaf.Api.Diagnosis;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Api.Services;

/// <summary>From messages to what goes over the wire.</summary>
internal static class WireMap
{
    public static V1.State State(RunState state) => state switch
    {
        RunState.Queued => V1.State.Queued,
        RunState.Starting => V1.State.Starting,
        RunState.Running => V1.State.Running,
        RunState.Paused => V1.State.Paused,
        RunState.Recovering => V1.State.Recovering,
        RunState.Completed => V1.State.Completed,
        RunState.Failed => V1.State.Failed,
        RunState.Cancelled => V1.State.Cancelled,
        _ => V1.State.Unspecified,
    };

    public static V1.Experiment Experiment(ExperimentView view)
    {
        var run = view.Run;
        var wire = new V1.Experiment
        {
            Id = run.Id,
            Name = run.Name,
            State = State(run.State),
            Reason = run.Reason,
            SpecYaml = view.SpecYaml,
            Step = run.Step,
            TotalSteps = run.TotalSteps,
            StepsPerEpoch = run.StepsPerEpoch,
            Epochs = run.Epochs,
            Generation = run.Generation,
            Shards = run.Shards,
            Submitted = Timestamp.FromDateTimeOffset(run.Submitted),
            Started = Time(run.Started),
            Ended = Time(run.Ended),
            Fingerprint = run.Fingerprint,
            Reduction = run.Reduction,
            TrainingSamples = run.TrainingSamples,
            WantedWorkers = run.WantedWorkers,
            SkippedSteps = view.SkippedSteps,
            Resumable = run.Resumable,
            BeginsWith = run.BeginsWith,
            Result = run.Result is { } result ? Result(result) : null,
            Decisions = run.Decisions is { } decisions ? Decisions(decisions) : null,
        };
        wire.Workers.AddRange(run.Workers.Select(Worker));
        wire.Checkpoints.AddRange(view.Checkpoints.Select(Checkpoint));
        wire.Evaluations.AddRange(view.Evaluations.Select(Evaluation));
        wire.MetricNames.AddRange(run.MetricNames);
        wire.ClassNames.AddRange(run.ClassNames);
        wire.Events.AddRange(view.Events.Select(Event));
        wire.Generations.AddRange(view.Generations.Select(Generation));
        return wire;
    }

    public static V1.ExperimentSummary Summary(ExperimentSummary summary) => new()
    {
        Id = summary.Id,
        Name = summary.Name,
        State = State(summary.State),
        Step = summary.Step,
        TotalSteps = summary.TotalSteps,
        Workers = summary.Workers,
        Submitted = Timestamp.FromDateTimeOffset(summary.Submitted),
        Ended = Time(summary.Ended),
    };

    public static V1.Update Update(ExperimentUpdate update)
    {
        var wire = new V1.Update { Sequence = update.Sequence };
        switch (update)
        {
            case { View: { } view }:
                wire.Experiment = Experiment(view);
                break;
            case { Progress: { } progress }:
                wire.Progress = Progress(progress);
                break;
            case { Evaluation: { } evaluation }:
                wire.Evaluation = Evaluation(evaluation);
                break;
            case { Checkpoint: { } checkpoint }:
                wire.Checkpoint = Checkpoint(checkpoint);
                break;
            case { Epoch: { } epoch }:
                wire.Epoch = Epoch(epoch);
                break;
            case { Event: { } happened }:
                wire.Event = Event(happened);
                break;
        }

        return wire;
    }

    public static V1.Checkpoint Checkpoint(CheckpointRecord record)
    {
        var wire = new V1.Checkpoint
        {
            Step = record.Step,
            Generation = record.Generation,
            Path = record.Path,
            Bytes = record.Bytes,
            WeightsSha256 = record.WeightsSha256,
            Written = Timestamp.FromDateTimeOffset(record.Written),
        };
        if (record.Score is { } score)
        {
            wire.Score = score;
        }

        return wire;
    }

    public static V1.StepMetrics Step(StepCommit step)
    {
        var wire = new V1.StepMetrics
        {
            Step = step.Step,
            Loss = step.Loss,
            LearningRate = step.LearningRate,
            Samples = step.Samples,
            GradientHash = step.GradientHash,
            Generation = step.Generation,
            Skipped = step.Skipped,
        };
        wire.Metrics.AddRange(step.Metrics);
        wire.ComputeMicroseconds.AddRange(step.ComputeMicroseconds);
        return wire;
    }

    public static V1.Violation Violation(Violation violation) =>
        new() { Key = violation.Key, Line = violation.Line, Column = violation.Column, Message = violation.Message };

    public static V1.Generation Generation(GenerationRecord record)
    {
        var wire = new V1.Generation
        {
            Number = record.Generation,
            FromStep = record.FromStep,
            Began = Timestamp.FromDateTimeOffset(record.Began),
            Reason = record.Reason,
            Origin = record.Origin,
            Reduction = record.Reduction,
        };
        wire.Workers.AddRange(record.Workers.Select(Worker));
        return wire;
    }

    public static V1.WhyResponse Why(WhyAnswer answer, string asked)
    {
        var wire = new V1.WhyResponse { Verdict = Verdict(answer.Verdict), Silo = answer.Silo, Phase = answer.Phase, Cause = answer.Cause, Asked = asked };
        wire.Next.AddRange(answer.Next);
        if (answer.Worker is { } worker)
        {
            wire.Worker = worker;
        }

        return wire;
    }

    private static V1.WhyResponse.Types.Verdict Verdict(WhyVerdict verdict) => verdict switch
    {
        WhyVerdict.Healthy => V1.WhyResponse.Types.Verdict.Healthy,
        WhyVerdict.Slow => V1.WhyResponse.Types.Verdict.Slow,
        WhyVerdict.Stuck => V1.WhyResponse.Types.Verdict.Stuck,
        WhyVerdict.Queued => V1.WhyResponse.Types.Verdict.Queued,
        WhyVerdict.Starting => V1.WhyResponse.Types.Verdict.Starting,
        WhyVerdict.Recovering => V1.WhyResponse.Types.Verdict.Recovering,
        WhyVerdict.Paused => V1.WhyResponse.Types.Verdict.Paused,
        WhyVerdict.Dead => V1.WhyResponse.Types.Verdict.Dead,
        WhyVerdict.Completed => V1.WhyResponse.Types.Verdict.Completed,
        WhyVerdict.Unreachable => V1.WhyResponse.Types.Verdict.Unreachable,
        WhyVerdict.Troubled => V1.WhyResponse.Types.Verdict.Troubled,
        _ => V1.WhyResponse.Types.Verdict.Unspecified,
    };

    private static V1.Worker Worker(WorkerPlace worker) => new()
    {
        Number = worker.Number,
        Silo = worker.Silo,
        Device = worker.Device,
        FirstShard = worker.Shards.First,
        ShardCount = worker.Shards.Count,
    };

    private static V1.Progress Progress(RunProgress progress)
    {
        var wire = new V1.Progress
        {
            Step = progress.Step,
            TotalSteps = progress.TotalSteps,
            Loss = progress.Loss,
            StepsPerSecond = progress.StepsPerSecond,
            SamplesPerSecond = progress.SamplesPerSecond,
            LearningRate = progress.LearningRate,
            Generation = progress.Generation,
        };
        wire.Metrics.AddRange(progress.Metrics);
        if (progress.SecondsLeft is { } left)
        {
            wire.SecondsLeft = left;
        }

        return wire;
    }

    private static V1.EpochSummary Epoch(EpochRecord epoch)
    {
        var wire = new V1.EpochSummary { Epoch = epoch.Epoch, Loss = epoch.Loss, Samples = epoch.Samples, Skipped = epoch.Skipped };
        wire.Metrics.AddRange(epoch.Metrics);
        return wire;
    }

    private static V1.Evaluation Evaluation(EvaluationRecord evaluation)
    {
        var rows = evaluation.Rows switch
        {
            RowSetKind.Train => V1.Rows.Train,
            RowSetKind.Validation => V1.Rows.Validation,
            RowSetKind.Test => V1.Rows.Test,
            _ => V1.Rows.Unspecified,
        };
        var wire = new V1.Evaluation { Step = evaluation.Step, Rows = rows, Samples = evaluation.Samples, Loss = evaluation.Loss };
        wire.Metrics.AddRange(evaluation.Metrics);
        wire.Classes.AddRange(evaluation.Classes.Select(count => new V1.ClassCount { Correct = count.Correct, Samples = count.Samples }));
        return wire;
    }

    private static V1.Decisions Decisions(RunDecisions decisions)
    {
        var wire = new V1.Decisions { Waited = decisions.Waited, StoppedBecause = decisions.StoppedBecause };
        if (decisions is { BestStep: { } step, BestValue: { } value })
        {
            (wire.BestStep, wire.BestValue) = (step, value);
        }

        if (decisions.StoppedAt is { } end)
        {
            wire.StoppedAt = end;
        }

        wire.Rates.AddRange(decisions.Rates.Select(change => new V1.RateChange { FromStep = change.FromStep, LearningRate = change.Rate }));
        return wire;
    }

    private static V1.Result Result(RunResult result)
    {
        var wire = new V1.Result
        {
            WeightsSha256 = result.WeightsSha256,
            SamplesPerSecond = result.SamplesPerSecond,
            CheckpointPath = result.CheckpointPath,
            TrainingSeconds = result.TrainingSeconds,
            Step = result.Step,
        };
        foreach (var (name, value) in result.Metrics)
        {
            wire.Metrics.Add(name, value);
        }

        return wire;
    }

    private static V1.Event Event(RunEvent happened) => new() { Time = Timestamp.FromDateTimeOffset(happened.Time), Message = happened.Message };

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
