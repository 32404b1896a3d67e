using System.Text.Json;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>Parts of the API as JSON properties; names as in the protos.</summary>
internal static class ExperimentJson
{
    public static void WriteExperiment(Utf8JsonWriter json, Experiment experiment)
    {
        json.WriteString("experiment", experiment.Id);
        json.WriteString("name", experiment.Name);
        json.WriteString("state", experiment.State.Name());
        json.WriteString("reason", experiment.Reason);
        json.Strings("troubles", experiment.Troubles);
        json.WriteBoolean("resumable", experiment.Resumable);
        json.WriteNumber("step", experiment.Step);
        json.WriteNumber("total_steps", experiment.TotalSteps);
        json.WriteNumber("steps_per_epoch", experiment.StepsPerEpoch);
        json.WriteNumber("epochs", experiment.Epochs);
        json.WriteNumber("generation", experiment.Generation);
        json.WriteNumber("shards", experiment.Shards);
        json.WriteString("reduction", experiment.Reduction);
        json.WriteString("fingerprint", experiment.Fingerprint);
        json.WriteNumber("skipped_steps", experiment.SkippedSteps);
        json.WriteNumber("training_samples", experiment.TrainingSamples);
        json.WriteString("begins_with", experiment.BeginsWith);
        json.WriteString("submitted", Format.Iso(experiment.Submitted));
        json.WriteString("started", Format.Iso(experiment.Started));
        json.WriteString("ended", Format.Iso(experiment.Ended));
        json.WriteNumber("wanted_workers", experiment.WantedWorkers);
        if (experiment.Survivability is { } survivability)
        {
            json.WriteStartObject("survivability");
            json.WriteBoolean("any_silo", survivability.AnySilo);
            json.WriteString("explanation", survivability.Explanation);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("survivability");
        }

        json.Objects("workers", experiment.Workers, worker => WriteWorker(json, worker));
        json.Objects("generations", experiment.Generations, generation => WriteGeneration(json, generation));
        json.Objects("evaluations", experiment.Evaluations, evaluation => WriteEvaluation(json, evaluation, experiment.MetricNames, experiment.ClassNames));
        json.Objects("checkpoints", experiment.Checkpoints, checkpoint => WriteCheckpoint(json, checkpoint));
        json.Objects("events", experiment.Events, note =>
        {
            json.WriteString("time", Format.Iso(note.Time));
            json.WriteString("message", note.Message);
            if (note.Level.Length > 0)
            {
                json.WriteString("level", note.Level);
            }
        });
        if (experiment.Decisions is { } decisions)
        {
            json.WriteStartObject("decisions");
            WriteDecisions(json, decisions);
            json.WriteEndObject();
        }

        if (experiment.Result is { } result)
        {
            WriteResult(json, result);
        }

        json.WriteString("spec", experiment.SpecYaml);
    }

    public static void WriteGeneration(Utf8JsonWriter json, Generation generation)
    {
        json.WriteNumber("generation", generation.Number);
        json.WriteNumber("from_step", generation.FromStep);
        json.WriteString("began", Format.Iso(generation.Began));
        json.WriteString("reason", generation.Reason);
        json.WriteString("origin", generation.Origin);
        json.WriteString("reduction", generation.Reduction);
        json.Objects("workers", generation.Workers, worker => WriteWorker(json, worker));
    }

    public static void WriteEvaluation(Utf8JsonWriter json, Evaluation evaluation, IReadOnlyList<string> metricNames, IReadOnlyList<string> classNames)
    {
        json.WriteNumber("step", evaluation.Step);
        json.WriteString("rows", evaluation.Rows.Name());
        json.WriteNumber("samples", evaluation.Samples);
        json.Number("loss", evaluation.Loss);
        json.Metrics(metricNames, evaluation.Metrics);
        if (evaluation.Classes.Count > 0)
        {
            json.Objects("classes", evaluation.Classes.Index(), pair =>
            {
                json.WriteString("name", pair.Index < classNames.Count ? classNames[pair.Index] : pair.Index.ToString());
                json.WriteNumber("correct", pair.Item.Correct);
                json.WriteNumber("samples", pair.Item.Samples);
            });
        }
    }

    public static void WriteCheckpoint(Utf8JsonWriter json, Checkpoint checkpoint)
    {
        json.WriteNumber("step", checkpoint.Step);
        json.WriteNumber("generation", checkpoint.Generation);
        json.WriteString("path", checkpoint.Path);
        json.WriteNumber("bytes", checkpoint.Bytes);
        json.WriteString("weights_sha256", checkpoint.WeightsSha256);
        json.Number("score", checkpoint.HasScore ? checkpoint.Score : null);
        json.WriteString("written", Format.Iso(checkpoint.Written));
    }

    public static void WriteSummary(Utf8JsonWriter json, ExperimentSummary summary)
    {
        json.WriteString("experiment", summary.Id);
        json.WriteString("name", summary.Name);
        json.WriteString("state", summary.State.Name());
        json.WriteNumber("step", summary.Step);
        json.WriteNumber("total_steps", summary.TotalSteps);
        json.WriteNumber("workers", summary.Workers);
        json.WriteString("submitted", Format.Iso(summary.Submitted));
        json.WriteString("ended", Format.Iso(summary.Ended));
        json.Strings("troubles", summary.Troubles);
    }

    private static void WriteWorker(Utf8JsonWriter json, Worker worker)
    {
        json.WriteNumber("number", worker.Number);
        json.WriteString("silo", worker.Silo);
        json.WriteString("device", worker.Device);
        json.WriteNumber("first_shard", worker.FirstShard);
        json.WriteNumber("shard_count", worker.ShardCount);
    }

    private static void WriteDecisions(Utf8JsonWriter json, Decisions decisions)
    {
        json.Number("best_step", decisions.HasBestStep ? decisions.BestStep : null);
        json.Number("best_value", decisions.HasBestValue ? decisions.BestValue : null);
        json.WriteNumber("waited", decisions.Waited);
        json.Number("stopped_at", decisions.HasStoppedAt ? decisions.StoppedAt : null);
        json.WriteString("stopped_because", decisions.StoppedBecause);
        json.Objects("rates", decisions.Rates, change =>
        {
            json.WriteNumber("from_step", change.FromStep);
            json.Number("learning_rate", change.LearningRate);
        });
    }

    private static void WriteResult(Utf8JsonWriter json, Result result)
    {
        json.WriteStartObject("result");
        json.WriteString("weights_sha256", result.WeightsSha256);
        json.Number("samples_per_second", result.SamplesPerSecond);
        json.Number("training_seconds", result.TrainingSeconds);
        json.Numbers("metrics", Summary.Ordered(result.Metrics));
        json.WriteString("checkpoint", result.CheckpointPath);
        json.WriteNumber("step", result.Step);
        json.WriteEndObject();
    }
}
