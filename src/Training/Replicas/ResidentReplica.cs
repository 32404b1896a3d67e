using System.Runtime.InteropServices;
using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Faults;
using Sheaf.Training.Ledger;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// A replica on a device with memory of its own (a GPU): weights, gradients, optimizer, buffers and rows are there, and so are reduction, hash, clipping and update. Steps are queued; what they
/// report is fetched for many at once. Its steps have the bits of any other number of workers on such devices; the hash is <see cref="ProductHash"/>. Used by one thread at a time.
/// </summary>
internal sealed class ResidentReplica : ITrainingReplica
{
    /// <summary>Steps whose report may be outstanding.</summary>
    private const int MaxOutstanding = 64;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(100);

    private readonly ExperimentSpec _spec;
    private readonly TimeProvider _time;
    private readonly ComputeDevice _device;
    private readonly ModelPlan _plan;
    private readonly FlatModel _model;
    private readonly ResidentOptimizer _optimizer;
    private readonly LearningRate _rate;
    private readonly StepSampler _sampler;
    private readonly ResidentShardRunner _runner;
    private readonly ResidentUpdate _update;
    private readonly ProductHash _hash;
    private readonly StepTrail _trail;
    private readonly Evaluator _evaluator;
    private readonly ResidentSums.Leaf _leaf;
    private WorkerOptions _options;
    private LocalGroup? _group;
    private PhaseBoard _phases;
    private ResidentSums? _sums;
    private CancellationToken _stopping;
    private long _settled;

    /// <summary>With the weights that the seed gives, at step 0; in no generation yet.</summary>
    public ResidentReplica(WorkerOptions options, TimeProvider time)
    {
        NativeHeap.Keep();
        ComputeThreads.LimitToOne();
        (_options, _spec, _time) = (options, options.Spec, time);
        _device = options.Computing;
        _phases = new PhaseBoard(time, 0);
        var train = options.Data.Train;
        var plan = new RunPlan(_spec, options.Data.Facts);
        _plan = ModelShapes.Plan(_spec, train.Shape, train.Classes);
        var context = new StepContext(_spec.Seed);
        _model = new FlatModel(ModelBuilder.Build(_spec, _plan, context, _device), _device);
        _model.Module.train();
        _optimizer = ResidentOptimizer.Create(_spec.Optimizer, _model.WeightCount, _device.Device);
        _rate = new LearningRate(_spec, plan.StepsPerEpoch, plan.TotalSteps);
        _sampler = new StepSampler(_spec.Seed, train.Count, plan.BatchSize, _spec.Shards);
        var loss = new LossFunction(_spec.Loss, _plan.Output[0]);
        _runner = new ResidentShardRunner(_spec, _model, _device, context, loss, _sampler, train, _plan.Output[0]);
        _update = new ResidentUpdate(_spec, _model, _optimizer, _runner);
        _hash = new ProductHash(_runner.Length, _device.Device);
        _trail = new StepTrail(_spec.Shards);
        _evaluator = new Evaluator(options.Data, _model, _device, loss, _plan.Output[0]);
        _leaf = RunShard;
    }

    public long Step { get; private set; }

    public bool IsWhole { get; private set; } = true;

    public ulong StateHash
    {
        get
        {
            Download();
            return Replicas.StateHash.Of(_model, _optimizer.Host);
        }
    }

    public bool IsOn(DataBundle data) => ReferenceEquals(data, _options.Data);

    public bool IsOn(ComputeDevice device) => _device.IsSame(device);

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
        _sums?.Dispose();
        _sums = new ResidentSums(options.Shards, _spec.Shards, _runner.Used, _plan, group.IsAlone);
        Clean();
    }

    public void Restore(CheckpointSnapshot snapshot)
    {
        IsWhole = false;
        SnapshotCodec.Restore(snapshot, _model, _optimizer.Host);
        _model.Upload();
        _optimizer.Upload();
        _runner.RememberBuffers(_model.ComputedBuffers);
        Clean();
        Step = snapshot.Step;
        IsWhole = true;
    }

    public void WarmUp()
    {
        var shard = Enumerable.Range(0, _spec.Shards).MaxBy(each => _sampler.ShardSizeAt(Step, each));
        using var scope = NewDisposeScope();
        _runner.Run(Step, shard, [], out _);
        Clean();
    }

    public void RunStep(bool last, Action<StepRecord> applied, CancellationToken stopping)
    {
        var step = Step;
        var began = _time.GetTimestamp();
        _settled = _trail.Count == 0 ? began : _settled;
        _stopping = stopping;
        _phases.Enter(WorkerPhase.Computing, step, began);
        _options.Faults.Hit(FaultPoint.BeforeCompute, _options.Worker, step);
        using var scope = NewDisposeScope();
        var (sums, exact) = _sums!.Compute(_leaf);
        _options.Faults.Hit(FaultPoint.BeforeReduce, _options.Worker, step);
        _options.Lease?.ThrowIfLapsed("nothing more is sent");
        using var noGrad = no_grad();
        var (total, all, digests, computed) = Reduce(step, sums, exact);
        _phases.Enter(WorkerPhase.Applying, step);
        _options.Faults.Hit(FaultPoint.AfterReduceBeforeApply, _options.Worker, step);
        _options.Lease?.ThrowIfLapsed("nothing more is applied");
        var rate = _rate.At(step);
        _trail.Add(new(step, rate, digests, began, computed, _time.GetTimestamp()), total, all, _hash.Sum(total));
        if (_spec.NonFinite == NonFinitePolicy.Skip)
        {
            // Whether there is an update at all is known only once the step is done.
            var result = _trail.Fetch().Single();
            IsWhole = false;
            var updated = result.IsSound && _update.TryApply(total, rate);
            IsWhole = true;
            Step = step + 1;
            applied(Record(result, _time.GetElapsedTime(began), !updated));
            return;
        }

        IsWhole = false;
        _update.Apply(total, rate);
        Step = step + 1;
        if (last || _trail.Count >= MaxOutstanding || _time.GetElapsedTime(_trail.Since!.Value) >= MaxDelay)
        {
            Settle(applied);
        }
    }

    /// <summary>
    /// Waits for the steps that are queued and reports them. Only now is it known whether they are finite: where one is not, the run fails, and the state, which is no longer that of any step,
    /// is not kept.
    /// </summary>
    public void Settle(Action<StepRecord> applied)
    {
        var results = _trail.Fetch();
        var each = results.Count == 0 ? default : _time.GetElapsedTime(_settled) / results.Count;
        _settled = _time.GetTimestamp();
        var ruined = results.Count > 0 && !_update.IsFinite();
        foreach (var result in results)
        {
            // An update that ruins a weight shows in the next step's gradient, if there is one already.
            if (!result.IsSound || (ruined && result.Entry.Step == Step - 1))
            {
                Step = result.Entry.Step;
                throw result.Fault();
            }

            applied(Record(result, each, skipped: false));
        }

        IsWhole = true;
    }

    public EvaluationRecord Evaluate(RowSetKind rows, CancellationToken stopping)
    {
        _phases.Enter(WorkerPhase.Evaluating, Step);
        Clean();
        return _evaluator.Run(_options, _group!, _phases, Step, rows, stopping);
    }

    public CheckpointSnapshot Capture()
    {
        Download();
        return new()
        {
            Step = Step,
            Generation = _options.Generation,
            Weights = SnapshotCodec.Weights(_model),
            Optimizer = SnapshotCodec.Optimizer(_model, _optimizer.Host),
            SpecYaml = _options.SpecYaml,
            Fingerprint = Fingerprint.Of(_options.Device),
            Sampler = SamplerPosition.Of(_sampler, Step),
        };
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _runner.Dispose();
        _hash.Dispose();
        _trail.Dispose();
        _sums?.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }

    private Tensor RunShard(int shard, List<Tensor> exact, out ulong digest)
    {
        _stopping.ThrowIfCancellationRequested();
        try
        {
            return _runner.Run(Step, shard, exact, out digest);
        }
        catch (Exception e) when (e is not (TrainingException or OutOfMemoryException) && !_device.IsFault(e))
        {
            throw new TrainingException($"Step {Step}, shard {shard}: {Causes.Of(e)}", Step, shard, e);
        }
    }

    /// <summary>The total over all shards, which the caller may overwrite; the exact sums of each; where they came from others, when this worker's own part was done.</summary>
    private (Tensor Total, Tensor Exact, ulong[] Digests, long? Computed) Reduce(long step, Tensor[] sums, Tensor exact)
    {
        if (_group!.IsAlone)
        {
            _group.ThrowIfAborted();
            return (sums[0], exact, _sums!.Digests, null);
        }

        _sums!.Fetch(sums, exact);
        var computed = _time.GetTimestamp();
        _phases.Enter(WorkerPhase.Reducing, step, computed);
        var reduced = _group.Reduce(_options.Worker, step, _sums.Parts);
        var total = zeros(_runner.Length, device: _device.Device);
        ComputeDevice.Write(reduced.Total[.._runner.Used], total);
        var all = DigestSlots.Read(reduced.Total.Slice(_runner.Used, _plan.Sums));
        return (total, tensor(MemoryMarshal.Cast<ulong, double>(all.AsSpan()).ToArray(), device: _device.Device), DigestSlots.Read(reduced.Total[^_plan.Digests..]), computed);
    }

    /// <summary>A step that was given up leaves a shard's buffers, and perhaps gradients, behind.</summary>
    private void Clean()
    {
        _runner.RestoreBuffers();
        _model.DropGradients();
    }

    private void Download()
    {
        Clean();
        _model.Download();
        _optimizer.Download();
    }

    private StepRecord Record(StepTrail.Result result, TimeSpan took, bool skipped)
    {
        var (entry, sums) = (result.Entry, result.Sums);
        var weight = sums[StepScalars.Weight];
        var whole = entry.Computed is null ? took : _time.GetElapsedTime(entry.Began, entry.Ended);
        return new()
        {
            Step = entry.Step,
            Generation = _options.Generation,
            Worker = _options.Worker,
            Shards = _options.Shards,
            Loss = sums[StepScalars.Loss] / weight,
            Metrics = StepScalars.Values(_spec, sums.AsSpan(StepScalars.FirstMetric), weight),
            Samples = (int)weight,
            LearningRate = entry.Rate,
            GradientHash = result.Hash,
            SampleDigests = entry.Digests,
            ComputeMicroseconds = (long)(entry.Computed is { } computed ? _time.GetElapsedTime(entry.Began, computed) : whole).TotalMicroseconds,
            StepMicroseconds = (long)whole.TotalMicroseconds,
            Skipped = skipped,
        };
    }
}
