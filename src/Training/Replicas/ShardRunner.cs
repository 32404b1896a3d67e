using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Augmentations;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Ledger;
using Sheaf.Training.Losses;
using Sheaf.Training.Metrics;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Sheaf.Training.Replicas;

/// <summary>
/// Forward and backward of one shard of one step. Its result is a vector with the reduction's layout: [gradients | float buffers times samples | weight | each
/// shard's exact sums | digests of the samples]. The forward pass begins with the step's buffers, whatever shard ran before on this worker.
/// </summary>
internal sealed class ShardRunner : IDisposable
{
    private readonly ExperimentSpec _spec;
    private readonly FlatModel _model;
    private readonly ComputeDevice _device;
    private readonly StepContext _context;
    private readonly Loss _loss;
    private readonly BatchWeight _weight;
    private readonly MetricSums _metrics;
    private readonly StepSampler _sampler;
    private readonly UserRandom? _random;
    private readonly ShardInput _input;
    private readonly Augmenter? _augmenter;
    private readonly Mixup? _mixup;
    private readonly ShardInput? _others;
    private readonly float[] _stepBuffers;
    private readonly double[] _totals;
    private readonly int _digests;
    private readonly Dictionary<float, Tensor[]> _seeds = [];

    public ShardRunner(
        ExperimentSpec spec, FlatModel model, ComputeDevice device, StepContext context, Loss loss, StepSampler sampler, RowSet rows, MetricSums metrics,
            bool draws)
    {
        (_spec, _model, _device, _context, _loss, _sampler, _metrics) = (spec, model, device, context, loss, sampler, metrics);
        _weight = new BatchWeight(loss, sampler, rows, spec.Shards);
        _random = spec.Model.IsOfUser ? new UserRandom(context, draws) : null;
        _input = new ShardInput(rows, sampler.LargestShard, loss.WantsClasses);
        _augmenter = Augmenter.Of(spec, rows.Shape, rows.PixelRanges);
        _mixup = Mixup.Of(spec, rows.Count);
        _others = _mixup is null ? null : new ShardInput(rows, sampler.LargestShard, loss.WantsClasses);
        _stepBuffers = new float[model.BufferCount];
        _digests = spec.Shards * DigestSlots.Width;
        _totals = new double[StepScalars.FirstMetric + metrics.Width];
        RememberBuffers();
    }

    /// <summary>The model's buffers as they are now are the next step's.</summary>
    public void RememberBuffers() => _model.Buffers.CopyTo(_stepBuffers);

    /// <summary>
    /// Puts the step's buffers back on the host, over what a shard's forward pass made of them. The device is not asked: it may be what failed.
    /// </summary>
    public void RestoreBuffers()
    {
        _stepBuffers.CopyTo(_model.Buffers);
        _model.RestoreCounters();
    }

    /// <summary>Runs the shard into <paramref name="sum"/>, over what is there or added to it.</summary>
    public void Run(long step, int shard, Span<float> sum, bool add)
    {
        var count = _sampler.ShardSizeAt(step, shard);
        if (count == 0)
        {
            Nothing(sum, add);
            DigestSlots.Put(sum[^_digests..], shard, SampleDigest.Of(step, shard, []));
            return;
        }

        _sampler.RowsAt(step, shard, _input.Rows(count));
        var ids = _input.Gather(count, out var features, out var targets);
        var digest = SampleDigest.Of(step, shard, ids);
        _augmenter?.Apply(step, ids, MemoryMarshal.Cast<byte, float>(features.bytes));
        var others = Mix(step, ids, features);
        RestoreBuffers();
        _model.UploadBuffers();
        (_context.Step, _context.Shard) = (step, shard);
        Array.Clear(_totals);
        float loss;
        using (NewDisposeScope())
        {
            var given = _device.Put(features);
            var output = _random is null ? _model.Forward(given) : _random.Forward(_model, given);
            var lossSum = _loss.Sum(output, _device.Put(targets));
            if (others is var (theirs, share))
            {
                lossSum = (lossSum * share) + (_loss.Sum(output, _device.Put(theirs)) * (1 - share));
            }

            lossSum.backward(Seed(step));
            loss = MemoryMarshal.Cast<byte, float>(_device.Fetch(lossSum).bytes)[0];
            _totals[StepScalars.Loss] = loss;
            _totals[StepScalars.Weight] = count;
            _totals[StepScalars.LossWeight] = WeightOf(count);
            SumMetrics(output, count);
        }

        if (!float.IsFinite(loss) && _spec.NonFinite == NonFinitePolicy.Fail)
        {
            throw new TrainingException(
                $"The loss of step {step}, shard {shard} is {loss}; it must be finite. Lower the learning rate, set clip_norm, check the data for NaN, or "
                    + $"set non_finite: skip.", step, shard);
        }

        _model.CollectGradients(sum[.._model.WeightCount], add);
        _model.DownloadBuffers();
        AddBuffers(sum.Slice(_model.WeightCount, _model.BufferCount), count, add);
        var rest = sum[(_model.WeightCount + _model.BufferCount)..];
        rest[0] = add ? rest[0] + count : count;
        var slots = rest[StepScalars.Floats..];
        if (!add)
        {
            slots.Clear();
        }

        StepScalars.Put(slots, shard, _totals);
        DigestSlots.Put(sum[^_digests..], shard, digest);
    }

    public void Dispose()
    {
        _input.Dispose();
        _others?.Dispose();
        foreach (var seed in _seeds.Values)
        {
            seed[0].Dispose();
        }
    }

    /// <summary>Mixes the samples with others, changed by chance as these are at this step. Gives the others' targets, and the samples' own share.</summary>
    private (Tensor Targets, float Share)? Mix(long step, ReadOnlySpan<int> ids, Tensor features)
    {
        if (_mixup is null)
        {
            return null;
        }

        var rows = _others!.Rows(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            rows[i] = _mixup.PartnerOf(step, ids[i]);
        }

        var partners = _others.Gather(ids.Length, out var others, out var targets);
        _augmenter?.Apply(step, partners, MemoryMarshal.Cast<byte, float>(others.bytes));
        var share = _mixup.ShareAt(step);
        Mixup.Mix(MemoryMarshal.Cast<byte, float>(features.bytes), MemoryMarshal.Cast<byte, float>(others.bytes), share);
        return (targets, share);
    }

    /// <summary>A shard without samples is a leaf of zeros: added as such, because x + 0 turns -0 into 0 in every other split too.</summary>
    private static void Nothing(Span<float> sum, bool add)
    {
        if (add)
        {
            TensorPrimitives.Add(sum, 0f, sum);
        }
        else
        {
            sum.Clear();
        }
    }

    private double WeightOf(int count) => _loss.WantsClasses ? _loss.WeightOf(_input.Classes(count)) : (double)count * _loss.SampleWeight;

    /// <summary>The gradient that backward begins with: 1 / (weight of the whole batch), so that the shards' gradients add up to the mean's.</summary>
    private Tensor[] Seed(long step)
    {
        var weight = (float)_weight.At(step);
        if (!_weight.IsOfCountAlone)
        {
            return [tensor(1f / weight, device: _device.Device)];
        }

        if (!_seeds.TryGetValue(weight, out var seed))
        {
            seed = [tensor(1f / weight, device: _device.Device).DetachFromDisposeScope()];
            _seeds.Add(weight, seed);
        }

        return seed;
    }

    private void SumMetrics(Tensor output, int count)
    {
        var metrics = _totals.AsSpan(StepScalars.FirstMetric);
        if (_metrics.AreNone)
        {
            return;
        }

        var values = MemoryMarshal.Cast<byte, float>(_device.Fetch(output).bytes);
        if (_loss.WantsClasses)
        {
            _metrics.AddClasses(values, _input.Classes(count), metrics, [], []);
        }
        else if (_spec.Loss.Predicts == PredictionKind.Other)
        {
            _metrics.AddOthers(count, values, _input.Values(count), _input.Integers(count), metrics);
        }
        else
        {
            _metrics.AddValues(values, _input.Values(count), metrics);
        }
    }

    /// <summary>With one shard in all, its buffers are the step's as they are; otherwise they are weighted by samples.</summary>
    private void AddBuffers(Span<float> sum, int count, bool add)
    {
        if (sum.IsEmpty)
        {
            return;
        }

        var weight = _spec.Shards == 1 ? 1f : count;
        var buffers = _model.Buffers;
        for (var i = 0; i < sum.Length; i++)
        {
            var weighted = weight * buffers[i];
            sum[i] = add ? sum[i] + weighted : weighted;
        }
    }
}
