using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;
using Sheaf.Specs;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>Makes what tests of the coordination need.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static RunRecord Record(RunState state = RunState.Queued, DesiredState desired = DesiredState.Run, long generation = 0, int workers = 0) => new()
    {
        Id = "run-1",
        Name = "test",
        SpecYaml = "",
        BasePath = "/",
        Dataset = new() { Key = "", FactsJson = "", TrainCount = 100, Files = [] },
        Submitted = Now,
        State = state,
        Desired = desired,
        Generation = generation,
        Workers = Enumerable.Range(0, workers).Select(number => new WorkerPlace
        {
            Number = number,
            Silo = "a",
            SiloAddress = "a:1",
            Device = $"cpu:{number}",
            Shards = LeasePlanner.Plan(4, workers)[number].Shards,
        }).ToArray(),
    };

    public static DeviceGrant[] Grants(int count) =>
        Enumerable.Range(0, count).Select(number => new DeviceGrant { Silo = "a", SiloAddress = "a:1", Device = $"cpu:{number}" }).ToArray();

    /// <summary>100 rows in batches of 10: 10 steps an epoch.</summary>
    public static RunPlan Plan(int epochs = 3, Interval? evaluate = null, Interval? checkpoint = null, bool validation = true, bool test = true) => new(
        new ExperimentSpec
        {
            Name = "test",
            Data = new() { Train = new SourceSpec.Csv("/x.csv", ["x"], ["y"], new Dictionary<string, string>()) },
            Model = new ModelSpec.Sequential([new LayerSpec.Linear(1)]),
            Loss = new LossSpec.MeanSquaredError(),
            Optimizer = new OptimizerSpec.Sgd(0.1),
            BatchSize = 10,
            Epochs = epochs,
            EvaluateEvery = evaluate ?? new(1, IntervalUnit.Epoch),
            Checkpoints = new() { Every = checkpoint ?? new(1, IntervalUnit.Epoch) },
        },
        100,
        validation,
        test);

    public static CheckpointRecord Checkpoint(long step, long generation = 1) =>
        new() { Step = step, Generation = generation, Path = $"/checkpoints/{step}-{generation}", Bytes = 1, WeightsSha256 = $"hash {step}" };

    public static EvaluationRecord Evaluation(long step, double loss = 0.5, params double[] metrics) =>
        new() { Step = step, Rows = RowSetKind.Validation, Samples = 10, Loss = loss, Metrics = metrics };

    public static StepRecord Step(long step, int worker, ShardRange shards, ulong hash = 7, double loss = 0.5, long microseconds = 1000) => new()
    {
        Step = step,
        Generation = 1,
        Worker = worker,
        Shards = shards,
        Loss = loss,
        Metrics = [],
        Samples = 10,
        LearningRate = 0.1,
        GradientHash = hash + (ulong)step,
        SampleDigests = Enumerable.Range(0, 4).Select(shard => (ulong)((step * 100) + shard)).ToArray(),
        ComputeMicroseconds = microseconds / 2,
        StepMicroseconds = microseconds,
    };
}
