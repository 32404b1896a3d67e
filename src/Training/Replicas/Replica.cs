using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Faults;
using Sheaf.Training.Ledger;
using Sheaf.Training.Losses;
using Sheaf.Training.Metrics;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Optimization;
using Sheaf.Training.UserCode;
using Sheaf.Training.Weights;

namespace Sheaf.Training.Replicas;

/// <summary>
/// One replica of a model with its optimizer: computes its shards, reduces, applies. All buffers are made before the run, none during it. It outlives a
/// generation: <see cref="Join"/> gives it the next one's leases and group. Used by one thread at a time.
/// </summary>
internal sealed class Replica : IReplica
{
    private readonly ExperimentSpec _spec;
    private readonly TimeProvider _time;
    private readonly ComputeDevice _device;
    private readonly ModelPlan _plan;
    private readonly FlatModel _model;
    private readonly FlatOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly LearningRate _rate;
    private readonly StepSampler _sampler;
    private readonly ShardRunner _runner;
    private readonly StepUpdate _update;
    private readonly Evaluator _evaluator;
    private readonly MetricSums _metrics;
    private readonly PartialSums.Leaf _leaf;
    private WorkerOptions _options;
    private LocalGroup? _group;
    private PhaseBoard _phases;
    private PartialSums? _sums;
    private ShardRange _leased;
    private CancellationToken _stopping;

    // Weights are being put into the model: it has neither those of before nor all of the new ones.
    private bool _isTaking;

    /// <summary>With the weights that the seed gives, at step 0; in no generation yet.</summary>
    public Replica(WorkerOptions options, TimeProvider time)
    {
        NativeHeap.Keep();
        ComputeThreads.LimitToOne();
        (_options, _spec, _time, _phases) = (options, options.Spec, time, new PhaseBoard(time, 0));
        _device = options.Computing;
        var (train, facts) = (options.Data.Train, options.Data.Facts);
        var plan = new RunPlan(_spec, facts);
        _plan = ModelShapes.Plan(_spec, facts);
        var context = new StepContext(_spec.Seed);
        var module = ModelBuilder.Build(_spec, _plan, context, _device, facts, options.Packages);
        _model = new FlatModel(module, _device, _spec.Model.IsOfUser ? _plan : null);
        FirstWeights.Take(_spec, options.Data, _plan, _model);
        _model.Module.train();
        _optimizer = GroupedOptimizer.Of(
            _spec, [.. _model.Parameters.Select(slot => (slot.Name, slot.Shape.Length, slot.Offset))], _model.WeightCount);
        _average = _spec.Average is { } average ? new WeightAverage(average.Decay, _model.Weights) : null;
        _rate = new LearningRate(_spec, plan.StepsPerEpoch, plan.TotalSteps);
        _sampler = new StepSampler(_spec.Seed, train.Count, plan.BatchSize, _spec.Shards);
        var loss = Loss.Of(_spec.Loss, _plan.ScoreWidth, facts.UserCode, options.Packages, _plan.Places);
        _metrics = new MetricSums(_spec, loss, _plan.ScoreWidth, facts.UserCode, options.Packages);
        _runner = new ShardRunner(_spec, _model, _device, context, loss, _sampler, train, _metrics, facts.UserCode?.Model?.Draws ?? false);
        _update = new StepUpdate(_spec, _model, _optimizer, _average, _runner);
        _evaluator = new Evaluator(_spec, options.Data, _model, _device, loss, _metrics, _plan.ScoreWidth);
        _leaf = RunShard;
    }

    public long Step { get; private set; }

    public bool IsWhole => !_isTaking && !_update.IsUnderWay;

    public ulong StateHash
    {
        get
        {
            Clean();
            return Replicas.StateHash.Of(_model, _optimizer, _average);
        }
    }

    public IReadOnlySet<string> Constants => _model.Constants;

    internal Type ModuleType => _model.Module.GetType();

    /// <summary>Whether it computes on these rows: a later generation may have loaded them anew.</summary>
    public bool IsOn(DataBundle data) => ReferenceEquals(data.Train, _options.Data.Train);

    /// <summary>Whether it computes there. One core is as good as another.</summary>
    public bool IsOn(ComputeDevice device) => _device.IsSame(device);

    /// <summary>Takes the leases and the group of a generation; called on the thread that will run the steps. The state stays.</summary>
    public void Join(WorkerOptions options, LocalGroup group, PhaseBoard phases)
    {
        ComputeThreads.LimitToOne();
        if (group.Length != _plan.ReductionLength)
        {
            throw new ArgumentException($"The group reduces {group.Length} values; this model needs {_plan.ReductionLength} (ModelPlan.ReductionLength).");
        }

        if (!IsOn(options.Data))
        {
            throw new ArgumentException("The replica was built on other rows in memory; build another one.");
        }

        (_options, _group, _phases) = (options, group, phases);
        if (_sums is null || _leased != options.Shards)
        {
            _sums?.Dispose();
            (_sums, _leased) = (new PartialSums(options.Shards, _spec.Shards, _plan.ReductionLength), options.Shards);
        }

        Clean();
    }

    public void Restore(CheckpointSnapshot snapshot)
    {
        _isTaking = true;
        SnapshotCodec.Restore(snapshot, _model, _optimizer, _average);
        _update.Forget();
        _model.Upload();
        _model.KeepCounters();
        _runner.RememberBuffers();
        Clean();
        Step = snapshot.Step;
        _isTaking = false;
    }

    /// <summary>
    /// Computes one shard of the next step and throws the result away, so that what is compiled, or made at first use, is there before the first real step.
    /// </summary>
    public void WarmUp()
    {
        var shard = Enumerable.Range(0, _spec.Shards).MaxBy(each => _sampler.ShardSizeAt(Step, each));
        using var sum = new NativeBuffer(_plan.ReductionLength);
        _runner.Run(Step, shard, sum.GetSpan(), add: false);
        Clean();
    }

    public StepRecord RunStep(double? rate, CancellationToken stopping)
    {
        var step = Step;
        var began = _time.GetTimestamp();
        _stopping = stopping;
        _phases.Enter(WorkerPhase.Computing, step, began);
        _options.Faults.Hit(FaultPoint.BeforeCompute, _options.Worker, step);
        _sums!.Compute(_leaf);
        _options.Faults.Hit(FaultPoint.BeforeReduce, _options.Worker, step);
        _options.Lease?.ThrowIfLapsed("nothing more is sent");
        var computed = _time.GetTimestamp();
        _phases.Enter(WorkerPhase.Reducing, step, computed);
        var reduced = _group!.Reduce(_options.Worker, step, _sums.Parts);
        _phases.Enter(WorkerPhase.Applying, step);
        _options.Faults.Hit(FaultPoint.AfterReduceBeforeApply, _options.Worker, step);
        _options.Lease?.ThrowIfLapsed("nothing more is applied");
        var applies = _rate.At(step, rate);
        var sums = StepScalars.Total(reduced.Total.Slice(_model.WeightCount + _model.BufferCount + _plan.Scalars, _plan.Sums), _spec.Shards);
        var applied = _update.Apply(step, reduced, sums, applies);
        Step = step + 1;
        return Record(step, reduced, sums, applies, applied, began, computed);
    }

    public EvaluationRecord Evaluate(RowSetKind rows, CheckpointSnapshot? of, CancellationToken stopping)
    {
        _phases.Enter(WorkerPhase.Evaluating, Step);
        if (of is null)
        {
            using var averaged = AveragedWeights.In(_model, _average);
            _model.UploadBuffers();
            return _evaluator.Run(_options, _group!, _phases, Step, rows, stopping);
        }

        Clean();
        var own = SnapshotCodec.Weights(_model, null);
        _isTaking = true;
        TakeWeights(of.Weights);
        var evaluation = _evaluator.Run(_options, _group!, _phases, Step, rows, stopping) with { Step = of.Step };
        TakeWeights(own);
        _isTaking = false;
        return evaluation;
    }

    public CheckpointSnapshot Capture()
    {
        Clean();
        return new()
        {
            Step = Step,
            Generation = _options.Generation,
            Weights = SnapshotCodec.Weights(_model, _average),
            Optimizer = SnapshotCodec.Optimizer(_model, _optimizer, _average is not null),
            SpecYaml = _options.SpecYaml,
            Fingerprint = Fingerprint.Of(_options.Device),
            Sampler = SamplerPosition.Of(_sampler, Step),
        };
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _runner.Dispose();
        _sums?.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }

    private void TakeWeights(IReadOnlyList<NamedArray> weights)
    {
        SnapshotCodec.RestoreWeights(weights, _model);
        _update.Forget();
        _model.Upload();
        _model.UploadBuffers();
        _runner.RememberBuffers();
    }

    private void RunShard(int shard, Span<float> sum, bool add)
    {
        _stopping.ThrowIfCancellationRequested();
        try
        {
            _runner.Run(Step, shard, sum, add);
        }
        catch (Exception e) when (e is not (TrainingException or OutOfMemoryException) && !_device.IsFault(e))
        {
            throw new TrainingException($"Step {Step}, shard {shard}: {Causes.Of(e)}", Step, shard, e);
        }
    }

    /// <summary>A step that was given up leaves a shard's buffers, and perhaps gradients, behind.</summary>
    private void Clean()
    {
        _runner.RestoreBuffers();
        _model.DropGradients();
    }

    private StepRecord Record(long step, ReducedGradient reduced, double[] sums, double rate, bool applied, long began, long computed)
    {
        var weight = sums[StepScalars.Weight];
        return new()
        {
            Step = step,
            Generation = _options.Generation,
            Worker = _options.Worker,
            Shards = _options.Shards,
            Loss = sums[StepScalars.Loss] / sums[StepScalars.LossWeight],
            Metrics = _metrics.Values(sums.AsSpan(StepScalars.FirstMetric), weight),
            Samples = (int)weight,
            LearningRate = rate,
            GradientHash = reduced.Hash,
            SampleDigests = DigestSlots.Read(reduced.Total[^_plan.Digests..]),
            ComputeMicroseconds = (long)_time.GetElapsedTime(began, computed).TotalMicroseconds,
            StepMicroseconds = (long)_time.GetElapsedTime(began).TotalMicroseconds,
            Skipped = !applied,
        };
    }
}
