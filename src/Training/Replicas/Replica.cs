using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Faults;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;

namespace Sheaf.Training.Replicas;

/// <summary>One replica of a model with its optimizer: computes its shards, reduces, applies. All buffers are made here, none during the run. Used by the thread that made it.</summary>
internal sealed class Replica : IReplica
{
    private readonly WorkerOptions _options;
    private readonly ExperimentSpec _spec;
    private readonly LocalGroup _group;
    private readonly TimeProvider _time;
    private readonly FlatModel _model;
    private readonly FlatOptimizer _optimizer;
    private readonly LearningRate _rate;
    private readonly StepSampler _sampler;
    private readonly ShardRunner _runner;
    private readonly PartialSums _sums;
    private readonly Evaluator _evaluator;
    private readonly PartialSums.Leaf _leaf;
    private ulong[] _digests = [];
    private CancellationToken _stopping;

    public Replica(WorkerOptions options, LocalGroup group, TimeProvider time)
    {
        NativeHeap.Keep();
        ComputeThreads.LimitToOne();
        (_options, _spec, _group, _time) = (options, options.Spec, group, time);
        var train = options.Data.Train;
        var plan = new RunPlan(_spec, options.Data.Facts);
        var modelPlan = ModelShapes.Plan(_spec, train.Shape, train.Classes);
        if (group.Length != modelPlan.ReductionLength)
        {
            throw new ArgumentException($"The group reduces {group.Length} values; this model needs {modelPlan.ReductionLength} (ModelPlan.ReductionLength).");
        }

        var context = new StepContext(_spec.Seed);
        _model = new FlatModel(ModelBuilder.Build(_spec, modelPlan, context));
        _model.Module.train();
        _optimizer = FlatOptimizer.Create(_spec.Optimizer, _model.WeightCount);
        _rate = new LearningRate(_spec, plan.StepsPerEpoch, plan.TotalSteps);
        _sampler = new StepSampler(_spec.Seed, train.Count, plan.BatchSize, _spec.Shards);
        Step = options.From?.Step ?? options.StartStep;
        if (options.From is { } from)
        {
            SnapshotCodec.Restore(from, _model, _optimizer);
            options.Faults.Hit(FaultPoint.WhileJoining, options.Worker, Step);
        }

        var loss = new LossFunction(_spec.Loss, modelPlan.Output[0]);
        _runner = new ShardRunner(_spec, _model, context, loss, _sampler, train, modelPlan.Output[0]);
        _sums = new PartialSums(options.Shards, _spec.Shards, modelPlan.ReductionLength);
        _evaluator = new Evaluator(options, group, _model, loss, modelPlan.Output[0]);
        _leaf = RunShard;
    }

    public long Step { get; private set; }

    public StepRecord RunStep(CancellationToken stopping)
    {
        var step = Step;
        var began = _time.GetTimestamp();
        _stopping = stopping;
        _options.Faults.Hit(FaultPoint.BeforeCompute, _options.Worker, step);
        _digests = new ulong[_options.Shards.Count];
        _sums.Compute(_leaf);
        _options.Faults.Hit(FaultPoint.BeforeReduce, _options.Worker, step);
        var computed = _time.GetTimestamp();
        var reduced = _group.Reduce(_options.Worker, step, _sums.Parts);
        _options.Faults.Hit(FaultPoint.AfterReduceBeforeApply, _options.Worker, step);
        var rate = _rate.At(step);
        var applied = Apply(step, reduced, rate);
        Step = step + 1;
        return Record(step, reduced, rate, applied, began, computed);
    }

    public EvaluationRecord Evaluate(RowSetKind rows, CancellationToken stopping) => _evaluator.Run(Step, rows, stopping);

    public CheckpointSnapshot Capture()
    {
        // A step that was given up leaves a shard's buffers behind.
        _runner.RestoreBuffers();
        return new()
        {
            Step = Step,
            Generation = _options.Generation,
            Weights = SnapshotCodec.Weights(_model),
            Optimizer = SnapshotCodec.Optimizer(_model, _optimizer),
            SpecYaml = _options.SpecYaml,
            Fingerprint = Fingerprint.Current,
            Sampler = SamplerPosition.Of(_sampler, Step),
        };
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _runner.Dispose();
        _sums.Dispose();
        _model.Dispose();
    }

    private void RunShard(int shard, Span<float> sum, bool add)
    {
        _stopping.ThrowIfCancellationRequested();
        try
        {
            _digests[shard - _options.Shards.First] = _runner.Run(Step, shard, sum, add);
        }
        catch (Exception e) when (e is not (TrainingException or OutOfMemoryException))
        {
            throw new TrainingException($"Step {Step}, shard {shard}: {e.GetType().Name}: {e.Message}", Step, shard, e);
        }
    }

    /// <summary>False where the policy skips the update.</summary>
    private bool Apply(long step, ReducedGradient reduced, double rate)
    {
        if (!reduced.IsFinite)
        {
            if (_spec.NonFinite == NonFinitePolicy.Fail)
            {
                var scalars = Scalars(reduced.Total);
                throw new TrainingException(
                    $"The gradient of step {step} is not finite (loss {scalars[StepScalars.Loss] / scalars[StepScalars.Weight]}). "
                    + "Lower the learning rate, set clip_norm, or set non_finite: skip.",
                    step,
                    null);
            }

            _runner.RestoreBuffers();
            return false;
        }

        var gradient = reduced.Total[.._model.WeightCount];
        var scale = _spec.ClipNorm is { } limit ? GradientNorm.ClipFactor(GradientNorm.Of(gradient), limit) : 1f;
        _optimizer.Apply(_model.Weights, gradient, rate, scale);
        if (_model.BufferCount > 0)
        {
            var weight = _spec.Shards == 1 ? 1f : Scalars(reduced.Total)[StepScalars.Weight];
            System.Numerics.Tensors.TensorPrimitives.Divide(reduced.Total.Slice(_model.WeightCount, _model.BufferCount), weight, _model.Buffers);
            _runner.RememberBuffers();
        }

        _model.AdvanceCounters();
        return true;
    }

    private ReadOnlySpan<float> Scalars(ReadOnlySpan<float> total) => total[(_model.WeightCount + _model.BufferCount)..];

    private StepRecord Record(long step, ReducedGradient reduced, double rate, bool applied, long began, long computed)
    {
        var scalars = Scalars(reduced.Total);
        double weight = scalars[StepScalars.Weight];
        return new()
        {
            Step = step,
            Generation = _options.Generation,
            Worker = _options.Worker,
            Shards = _options.Shards,
            Loss = scalars[StepScalars.Loss] / weight,
            Metrics = StepScalars.Values(_spec, scalars[StepScalars.FirstMetric..], weight),
            Samples = (int)weight,
            LearningRate = rate,
            GradientHash = reduced.Hash,
            SampleDigests = _digests,
            ComputeMicroseconds = (long)_time.GetElapsedTime(began, computed).TotalMicroseconds,
            StepMicroseconds = (long)_time.GetElapsedTime(began).TotalMicroseconds,
            Skipped = !applied,
        };
    }
}
