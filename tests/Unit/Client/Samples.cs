using Google.Protobuf.WellKnownTypes;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client;

/// <summary>Messages of a run of 2 epochs of 10 steps, ten classes.</summary>
internal static class Samples
{
    public const string Id = "lenet-3f2a9c";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Experiment Experiment(State state, long step = 0, string reason = "") => new()
    {
        Id = Id,
        Name = "lenet",
        State = state,
        Reason = reason,
        Step = step,
        TotalSteps = 20,
        StepsPerEpoch = 10,
        Epochs = 2,
        Shards = 4,
        Workers = { new Worker { Number = 0, FirstShard = 0, ShardCount = 2 }, new Worker { Number = 1, FirstShard = 2, ShardCount = 2 } },
        MetricNames = { "accuracy" },
        ClassNames = { "shirt", "shoe" },
        Submitted = Timestamp.FromDateTimeOffset(Start),
        Started = Timestamp.FromDateTimeOffset(Start),
    };

    public static Experiment Completed()
    {
        var experiment = Experiment(State.Completed, step: 20);
        experiment.Ended = Timestamp.FromDateTimeOffset(Start.AddSeconds(83));
        experiment.Evaluations.Add(Evaluation(10, Rows.Validation, 0.5, 0.8));
        experiment.Evaluations.Add(Evaluation(20, Rows.Validation, 0.4, 0.85));
        experiment.Evaluations.Add(new Evaluation
        {
            Step = 20,
            Rows = Rows.Test,
            Samples = 20,
            Loss = 0.45,
            Metrics = { 0.9 },
            Classes = { new ClassCount { Correct = 8, Samples = 10 }, new ClassCount { Correct = 10, Samples = 10 } },
        });
        experiment.Checkpoints.Add(Checkpoint(10));
        experiment.Checkpoints.Add(Checkpoint(20));
        experiment.Result = new Result
        {
            WeightsSha256 = "abc123",
            SamplesPerSecond = 7512.5,
            CheckpointPath = "/data/checkpoints/step-20",
            TrainingSeconds = 80.5,
            Metrics = { ["validation_accuracy"] = 0.85, ["test_accuracy"] = 0.9, ["test_loss"] = 0.45 },
        };
        return experiment;
    }

    public static Evaluation Evaluation(long step, Rows rows, double loss, double accuracy) =>
        new() { Step = step, Rows = rows, Samples = 100, Loss = loss, Metrics = { accuracy } };

    public static Checkpoint Checkpoint(long step, long generation = 1) =>
        new() { Step = step, Generation = generation, Path = $"/data/checkpoints/step-{step}", Bytes = 1000, WeightsSha256 = $"sha-{step}" };

    public static Progress Progress(long step, double loss = 0.5, double stepsPerSecond = 2) =>
        new()
        {
            Step = step, TotalSteps = 20, Loss = loss, Metrics = { 0.75 }, StepsPerSecond = stepsPerSecond, SamplesPerSecond = stepsPerSecond * 64,
            LearningRate = 0.05, SecondsLeft = (20 - step) / stepsPerSecond,
        };

    public static Update Epoch(long sequence, int epoch, double loss) =>
        new() { Sequence = sequence, Epoch = new EpochSummary { Epoch = epoch, Loss = loss, Metrics = { 0.75 }, Samples = 640 } };

    public static Update Update(long sequence, Experiment experiment) => new() { Sequence = sequence, Experiment = experiment };

    public static Update Update(long sequence, Progress progress) => new() { Sequence = sequence, Progress = progress };

    public static Update Update(long sequence, Evaluation evaluation) => new() { Sequence = sequence, Evaluation = evaluation };

    public static Update Update(long sequence, Checkpoint checkpoint) => new() { Sequence = sequence, Checkpoint = checkpoint };
}
