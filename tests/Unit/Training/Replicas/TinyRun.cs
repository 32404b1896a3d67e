using System.Collections.Concurrent;
using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Faults;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;
using Sheaf.Training.UserCode;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>A whole run of one generation in this process, on small synthetic data.</summary>
internal static class TinyRun
{
    public static readonly LayerSpec[] Convolutional =
    [
        new LayerSpec.Conv2d(4, 3), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Flatten(),
        new LayerSpec.Dropout(0.3), new LayerSpec.Linear(16), new LayerSpec.BatchNorm(), new LayerSpec.Tanh(), new LayerSpec.Dropout(0.2),
            new LayerSpec.Linear(3),
    ];

    /// <summary>Every layer that <see cref="Convolutional"/> lacks, layers inside others among them.</summary>
    public static readonly LayerSpec[] EveryLayer =
    [
        new LayerSpec.Conv2d(4, 3, Padding: 1), new LayerSpec.GroupNorm(2), new LayerSpec.LeakyRelu(),
        new LayerSpec.Residual(
            [new LayerSpec.Conv2d(4, 3, Padding: 1, Groups: 4), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), new LayerSpec.Dropout2d(0.2)], []),
        new LayerSpec.Residual(
            [new LayerSpec.Conv2d(8, 3, Stride: 2, Padding: 1), new LayerSpec.BatchNorm(), new LayerSpec.Silu()],
                [new LayerSpec.Conv2d(8, 1, Stride: 2, Bias: false)]),
        new LayerSpec.ConvTranspose2d(4, 2, 2), new LayerSpec.Elu(), new LayerSpec.AdaptiveAvgPool(3), new LayerSpec.LayerNorm(), new LayerSpec.Gelu(),
        new LayerSpec.Flatten(), new LayerSpec.Reshape([4, 9]), new LayerSpec.Conv1d(6, 3), new LayerSpec.Softplus(), new LayerSpec.Flatten(),
        new LayerSpec.Linear(3),
    ];

    /// <summary>The layers for sequences and the joined branches, with dropout inside; rows of 64 whole numbers, or of numbers that are cut to whole
    /// ones.</summary>
    public static readonly LayerSpec[] Sequences =
    [
        new LayerSpec.Flatten(), new LayerSpec.Embedding(4, 6), new LayerSpec.PositionalEmbedding(),
        new LayerSpec.TransformerBlock(2) { DropProbability = 0.1, Causal = true }, new LayerSpec.MultiHeadAttention(3, DropProbability: 0.2),
        new LayerSpec.Lstm(5, Layers: 2, Bidirectional: true, DropProbability: 0.3, Output: SequenceOutput.Sequence),
        new LayerSpec.Gru(4, Bidirectional: true, Output: SequenceOutput.Sequence),
        new LayerSpec.Parallel([[new LayerSpec.SequencePool()], [new LayerSpec.SequencePool(SequencePooling.Max), new LayerSpec.BatchNorm()],
            [new LayerSpec.SequencePool(SequencePooling.Last), new LayerSpec.Dropout(0.2)]]),
        new LayerSpec.Linear(3),
    ];

    public static readonly LayerSpec[] Perceptron = [new LayerSpec.Flatten(), new LayerSpec.Linear(16), new LayerSpec.Relu(), new LayerSpec.Linear(3)];

    public static ExperimentSpec Spec(LayerSpec[] layers, int shards, int batch = 24, OptimizerSpec? optimizer = null) => new()
    {
        Name = "tiny",
        Data = new() { Train = new SourceSpec.Idx("images", "labels") },
        Model = new ModelSpec.Sequential(layers),
        Loss = new LossSpec.CrossEntropy(),
        Optimizer = optimizer ?? new OptimizerSpec.Sgd(0.05, 0.9),
        Schedule = new ScheduleSpec.Cosine(),
        BatchSize = batch,
        Epochs = 3,
        Shards = shards,
        Metrics = [new MetricSpec.Accuracy()],
    };

    /// <summary>Noisy blobs of three classes, 8 x 8.</summary>
    public static DataBundle Classes(int train = 106, int validation = 31)
    {
        var rows = Rows(train + validation);
        return Bundle(
            new TableRows([1, 8, 8], rows.Features[..(train * 64)], rows.Targets[..train], [.. Enumerable.Range(0, train)], null, 3),
            new TableRows([1, 8, 8], rows.Features[(train * 64)..], rows.Targets[train..], [.. Enumerable.Range(train, validation)], null, 3));
    }

    public static DataBundle Bundle(RowSet train, RowSet? validation = null) => new()
    {
        Train = train,
        Validation = validation,
        Facts = new()
        {
            Files = [], TrainCount = train.Count, ValidationCount = validation?.Count, Shape = train.Shape, Classes = train.Classes,
            TargetCount = train.TargetWidth, Mean = [0], Std = [1]
        },
    };

    public static IReadOnlyList<Lease> Leases(int shards, int workers) =>
        [.. Enumerable.Range(0,
            workers).Select(worker => new Lease(worker, new(Slices.StartOf(shards, workers, worker), Slices.SizeOf(shards, workers, worker))))];

    public static WorkerOptions Options(ExperimentSpec spec, DataBundle data, Lease lease) => new()
    {
        Spec = spec,
        Data = data,
        ExperimentId = "tiny",
        Worker = lease.Worker,
        Generation = 1,
        Shards = lease.Shards,
        IsLeader = lease.Worker == 0,
    };

    public static LocalGroup Group(ExperimentSpec spec, DataBundle data, IReadOnlyList<Lease> leases) =>
        new(spec.Shards, leases, ModelShapes.Plan(spec, data.Facts).ReductionLength);

    /// <summary>Runs to <paramref name="until"/> (null: the end), evaluates where there is validation data, captures.</summary>
    public static async Task<Outcome> RunAsync(
        ExperimentSpec spec, DataBundle data, int workers, long? until = null, CheckpointSnapshot? from = null, IFaultInjector? faults = null,
            ComputeDevice? device = null, Packages? packages = null)
    {
        var leases = Leases(spec.Shards, workers);
        using var group = Group(spec, data, leases);
        var outcome = new Outcome();
        var end = until ?? new RunPlan(spec, data.Facts).TotalSteps;
        var running = leases.Select(lease => new TrainingWorker(
            Options(spec, data, lease) with { From = from, Faults = faults ?? NoFaults.Instance, ComputesOn = device, Packages = packages }, group,
                outcome.SinkOf(lease.Worker),
                TimeProvider.System)).ToList();
        List<Directive> directives = [new(0, DirectiveKind.Run, end)];
        if (data.Validation is not null)
        {
            directives.Add(new(directives.Count, DirectiveKind.Evaluate, end));
        }

        directives.Add(new(directives.Count, DirectiveKind.Checkpoint, end));
        directives.Add(new(directives.Count, DirectiveKind.Finish, end));
        foreach (var worker in running)
        {
            worker.Start();
            directives.ForEach(worker.Submit);
        }

        await Task.WhenAll(running.Select(worker => worker.Completion)).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        outcome.Ended = [.. running.Select(worker => worker.EndedBecause)];
        running.ForEach(worker => worker.Dispose());
        return outcome;
    }

    private static (float[] Features, float[] Targets) Rows(int count)
    {
        var random = new Sheaf.Training.Randomness.KeyedRandom(99, Sheaf.Training.Randomness.RandomPurpose.Shuffle, 0, 0);
        var features = new float[count * 64];
        var targets = new float[count];
        random.Fill(features);
        for (var row = 0; row < count; row++)
        {
            targets[row] = random.NextInt(3);
            for (var i = 0; i < 16; i++)
            {
                features[(row * 64) + ((int)targets[row] * 20) + i] += 0.5f;
            }
        }

        return (features, targets);
    }

    internal sealed class Outcome
    {
        public ConcurrentDictionary<int, ConcurrentQueue<StepRecord>> Steps { get; } = new();

        public ConcurrentQueue<EvaluationRecord> Evaluations { get; } = new();

        public ConcurrentQueue<CheckpointSnapshot> Snapshots { get; } = new();

        public ConcurrentQueue<(int Worker, long Step, ulong StateHash)> Ready { get; } = new();

        public ConcurrentQueue<WorkerFailure> Failures { get; } = new();

        public ConcurrentQueue<(int Worker, long Sequence, long Step)> Reached { get; } = new();

        public IReadOnlyList<string?> Ended { get; set; } = [];

        public string Hash => WeightsHash.Of(Snapshots.Single().Weights);

        public IWorkerSink SinkOf(int worker) => new Sink(this, worker);

        private sealed class Sink(Outcome outcome, int worker) : IWorkerSink
        {
            public void Ready(long step, ulong stateHash) => outcome.Ready.Enqueue((worker, step, stateHash));

            public void Applied(StepRecord record) => outcome.Steps.GetOrAdd(worker, _ => new()).Enqueue(record);

            public void Evaluated(EvaluationRecord record) => outcome.Evaluations.Enqueue(record);

            public void Captured(CheckpointSnapshot snapshot) => outcome.Snapshots.Enqueue(snapshot);

            public void Reached(long sequence, long step) => outcome.Reached.Enqueue((worker, sequence, step));

            public void Failed(WorkerFailure failure) => outcome.Failures.Enqueue(failure);
        }
    }
}
