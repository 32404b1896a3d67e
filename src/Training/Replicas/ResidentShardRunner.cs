using Sheaf.Contracts.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Ledger;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// <see cref="ShardRunner"/> on a device with memory of its own: everything is queued there, and nothing is waited for. The result is a tensor with the beginning of the reduction's layout,
/// [gradients | float buffers times samples | weight], filled up with zeros to whole rows of <see cref="ProductHash"/>. The shard's exact sums go beside it; the samples' digest comes from the host.
/// </summary>
internal sealed class ResidentShardRunner : IDisposable
{
    private readonly ExperimentSpec _spec;
    private readonly FlatModel _model;
    private readonly StepContext _context;
    private readonly LossFunction _loss;
    private readonly StepSampler _sampler;
    private readonly ResidentInput _input;
    private readonly Device _device;
    private readonly Tensor _zeros;
    private readonly Tensor _stepBuffers;
    private readonly Dictionary<int, Tensor[]> _seeds = [];
    private readonly Dictionary<int, (Tensor Single, Tensor Double)> _weights = [];
    private readonly Tensor _nothing;

    public ResidentShardRunner(ExperimentSpec spec, FlatModel model, ComputeDevice device, StepContext context, LossFunction loss, StepSampler sampler, RowSet rows, int outputs)
    {
        (_spec, _model, _context, _loss, _sampler, _device) = (spec, model, context, loss, sampler, device.Device);
        _input = new ResidentInput(rows, sampler, loss.WantsClasses ? outputs : null, device);
        Used = model.WeightCount + model.BufferCount + StepScalars.Floats;
        Length = ProductHash.Padded(Used);
        _zeros = zeros(Length, device: _device).DetachFromDisposeScope();
        _nothing = zeros(StepScalars.CountOf(spec), ScalarType.Float64, _device).DetachFromDisposeScope();
        _stepBuffers = model.ComputedBuffers.clone().DetachFromDisposeScope();
    }

    /// <summary>Floats that have a meaning.</summary>
    public int Used { get; }

    /// <summary>Floats of a result.</summary>
    public int Length { get; }

    /// <summary>What the next step's shards begin with.</summary>
    public void RememberBuffers(Tensor buffers) => Copy(buffers, _stepBuffers);

    /// <summary>A copy of what the next step's shards begin with.</summary>
    public Tensor Buffers() => _stepBuffers.clone();

    /// <summary>Puts the step's buffers back over what a shard's forward pass made of them.</summary>
    public void RestoreBuffers() => Copy(_stepBuffers, _model.ComputedBuffers);

    /// <summary>Queues the shard; the result belongs to the caller's dispose scope.</summary>
    /// <param name="sums">Gets the shard's exact sums (<see cref="StepScalars"/>), piece by piece: doubles, in the caller's dispose scope too.</param>
    public Tensor Run(long step, int shard, List<Tensor> sums, out ulong digest)
    {
        var count = _sampler.ShardSizeAt(step, shard);
        if (count == 0)
        {
            digest = SampleDigest.Of(step, shard, []);
            sums.Add(_nothing);
            return zeros(Length, device: _device);
        }

        using var scope = NewDisposeScope();
        digest = SampleDigest.Of(step, shard, _input.Take(step, shard, count, out var features, out var targets));
        RestoreBuffers();
        (_context.Step, _context.Shard) = (step, shard);
        var output = _model.Module.forward(features);
        var loss = _loss.Sum(output, targets);
        loss.backward(Seed(_sampler.BatchSizeAt(step)));
        using var noGrad = no_grad();
        sums.Add(loss.detach().to(ScalarType.Float64).div(_loss.Divisor).reshape(1).MoveToOuterDisposeScope());
        sums.Add(Weight(count).Double);
        foreach (var sum in ResidentMetrics.Sums(_spec.Metrics, output.detach(), targets))
        {
            sums.Add(sum.MoveToOuterDisposeScope());
        }

        return Collect(count).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _input.Dispose();
        _zeros.Dispose();
        _stepBuffers.Dispose();
        foreach (var tensor in _seeds.Values.Select(seed => seed[0]).Concat(_weights.Values.SelectMany(weight => new[] { weight.Single, weight.Double })).Append(_nothing))
        {
            tensor.Dispose();
        }
    }

    /// <summary>One operator writes the whole result: a launch for each parameter would cost more than the bytes do.</summary>
    private Tensor Collect(int count)
    {
        var pieces = new List<Tensor>((2 * _model.Parameters.Count) + 4);
        foreach (var slot in _model.Parameters)
        {
            var padded = (int)PlannedTensor.Padded(slot.Count);
            if (slot.Tensor.grad is { } gradient)
            {
                slot.Tensor.grad = null;
                pieces.Add(gradient.flatten());
                padded -= slot.Count;
            }

            Zeros(padded);
        }

        if (_model.BufferCount > 0)
        {
            // With one shard in all, its buffers are the step's as they are; otherwise they are weighted by samples.
            pieces.Add(_spec.Shards == 1 ? _model.ComputedBuffers : _model.ComputedBuffers.mul((float)count));
        }

        pieces.Add(Weight(count).Single);
        Zeros(Length - Used);
        return cat(pieces);

        void Zeros(int places)
        {
            if (places > 0)
            {
                pieces.Add(_zeros.narrow(0, 0, places));
            }
        }
    }

    private void Copy(Tensor from, Tensor to)
    {
        if (_model.BufferCount > 0)
        {
            using var noGrad = no_grad();
            to.copy_(from);
        }
    }

    /// <summary>The gradient that backward begins with: 1 / (samples of the whole batch), so that the shards' gradients add up to the mean's.</summary>
    private Tensor[] Seed(int batch)
    {
        if (!_seeds.TryGetValue(batch, out var seed))
        {
            seed = [tensor(1f / (batch * _loss.Divisor), device: _device).DetachFromDisposeScope()];
            _seeds.Add(batch, seed);
        }

        return seed;
    }

    private (Tensor Single, Tensor Double) Weight(int count)
    {
        if (!_weights.TryGetValue(count, out var weight))
        {
            weight = (tensor([(float)count], device: _device).DetachFromDisposeScope(), tensor([(double)count], device: _device).DetachFromDisposeScope());
            _weights.Add(count, weight);
        }

        return weight;
    }
}
