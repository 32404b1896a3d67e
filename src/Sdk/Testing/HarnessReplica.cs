using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Sheaf.Sdk.Testing;

/// <summary>A worker's model. Used by one thread at a time.</summary>
internal sealed class HarnessReplica : IDisposable
{
    /// <summary>Whoever draws from the process's one generator holds it, from the seed to the last number.</summary>
    private static readonly Lock Generator = new();

    private readonly HarnessRows _rows;
    private readonly ILoss _loss;
    private readonly HarnessOptions _options;
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly List<(string Name, Tensor Tensor)> _parameters;
    private readonly List<(string Name, Tensor Tensor)> _buffers;
    private readonly List<Tensor> _counters;
    private readonly float[] _floats;
    private readonly long[] _counts;
    private readonly bool _draws;

    public HarnessReplica(Func<ModelInput, nn.Module<Tensor, Tensor>> make, HarnessRows rows, ILoss loss, HarnessOptions options)
    {
        (_rows, _loss, _options) = (rows, loss, options);
        lock (Generator)
        {
            manual_seed(options.Seed);
            _model = make(rows.Input) ?? throw new InvalidOperationException("The model is null.");
        }

        _parameters = [.. _model.named_parameters().Where(each => each.parameter.requires_grad).Select(each => (each.name, (Tensor)each.parameter))];
        if (_parameters.Count == 0)
        {
            throw new InvalidOperationException(
                $"{Name} has no parameter to train: end its constructor with RegisterComponents(), and put layers in fields or a ModuleList.");
        }

        var buffers = _model.named_buffers().ToList();
        _buffers = [.. buffers.Where(each => each.buffer.dtype == ScalarType.Float32).Select(each => (each.name, each.buffer))];
        _counters = [.. buffers.Where(each => each.buffer.dtype == ScalarType.Int64).Select(each => each.buffer)];
        (_floats, _counts) = (Values(), Counts());
        _draws = Draws();
        Restore();
    }

    private string Name => _model.GetType().Name;

    /// <summary>The forward and backward pass of a shard, from the state that the step began with.</summary>
    public HarnessShard Compute(int step, int shard)
    {
        var samples = _rows.SizeOf(shard);
        if (samples == 0)
        {
            return new(0, new float[_parameters.Sum(each => each.Tensor.numel())], new float[_floats.Length], [.. _counts]);
        }

        using var scope = NewDisposeScope();
        Restore();
        _model.train();
        _model.zero_grad(set_to_none: true);
        var (features, targets) = _rows.Read(step, shard);
        var output = Forward(features, step, shard);
        var losses = _loss.Losses(output, targets);
        if (losses.shape is not [var first, ..] || first != samples || losses.dtype != ScalarType.Float32)
        {
            throw new InvalidOperationException(
                $"{_loss.GetType().Name}.Losses gave [{string.Join(", ", losses.shape)}] of {losses.dtype} for {samples} samples; give Float32 with a loss for "
                    + $"each sample, [{samples}], or for each part of one, [{samples}, ...] (reduction None), never their sum or mean.");
        }

        var mean = losses.sum() / ((double)_rows.BatchSize * losses.numel() / samples);
        mean.backward();
        var part = (float)samples / _rows.BatchSize;
        return new(mean.item<float>(), [.. _parameters.SelectMany(each => Gradient(each.Tensor))], [.. Values().Select(value => value * part)], Counts());
    }

    /// <summary>A step of SGD, and what has become of the buffers.</summary>
    public void Apply(float[] gradient, float[] buffers, long[] counters)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var place = 0;
        foreach (var (_, parameter) in _parameters)
        {
            var count = (int)parameter.numel();
            parameter.sub_(tensor(gradient[place..(place + count)], parameter.shape) * _options.LearningRate);
            place += count;
        }

        buffers.CopyTo(_floats.AsSpan());
        counters.CopyTo(_counts.AsSpan());
        Restore();
    }

    /// <summary>SHA-256 of all parameters and buffers.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, parameter) in _model.named_parameters())
        {
            hash.AppendData(parameter.bytes);
        }

        foreach (var (_, buffer) in _model.named_buffers())
        {
            hash.AppendData(buffer.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _model.Dispose();

    private Tensor Forward(Tensor features, int step, int shard)
    {
        StepRandom.Use(new HarnessRandom(_options.Seed, step, shard));
        try
        {
            if (!_draws)
            {
                return Checked(_model.forward(features), features);
            }

            // As in a server: the generator is one for all threads, so the passes of a model that draws from it take turns.
            lock (Generator)
            {
                manual_seed((_options.Seed * 1_000_003) + (step * 8191L) + shard);
                return Checked(_model.forward(features), features);
            }
        }
        finally
        {
            StepRandom.Use(null);
        }
    }

    private Tensor Checked(Tensor output, Tensor features) => output.shape is [var rows, _, ..] && rows == features.shape[0] ? output
        : throw new InvalidOperationException(
            $"{Name} gave [{string.Join(", ", output.shape)}] for {features.shape[0]} samples; the first dimension must be the samples', and another follow.");

    /// <summary>Whether a forward pass takes numbers from libtorch's generator.</summary>
    private bool Draws()
    {
        using var scope = NewDisposeScope();
        lock (Generator)
        {
            manual_seed(_options.Seed);
            var untouched = rand(1).item<float>();
            manual_seed(_options.Seed);
            _model.train();
            StepRandom.Use(new HarnessRandom(_options.Seed, 0, 0));
            using (no_grad())
            {
                Checked(_model.forward(_rows.Read(0, 0).Features), _rows.Read(0, 0).Features);
            }

            StepRandom.Use(null);
            return !rand(1).item<float>().Equals(untouched);
        }
    }

    /// <summary>Zeros where no loss depends on the parameter.</summary>
    private static float[] Gradient(Tensor parameter) =>
        parameter.grad is { } gradient ? MemoryMarshal.Cast<byte, float>(gradient.contiguous().bytes).ToArray() : new float[parameter.numel()];

    private float[] Values() => [.. _buffers.SelectMany(each => MemoryMarshal.Cast<byte, float>(each.Tensor.bytes).ToArray())];

    private long[] Counts() => [.. _counters.SelectMany(each => MemoryMarshal.Cast<byte, long>(each.bytes).ToArray())];

    private void Restore()
    {
        var place = 0;
        foreach (var (_, buffer) in _buffers)
        {
            var count = (int)buffer.numel();
            _floats.AsSpan(place, count).CopyTo(MemoryMarshal.Cast<byte, float>(buffer.bytes));
            place += count;
        }

        place = 0;
        foreach (var counter in _counters)
        {
            var count = (int)counter.numel();
            _counts.AsSpan(place, count).CopyTo(MemoryMarshal.Cast<byte, long>(counter.bytes));
            place += count;
        }
    }

    private sealed class HarnessRandom(long seed, int step, int shard) : StepRandom
    {
        private int _drawn;

        public override void Fill(Span<float> values)
        {
            var random = new Random(unchecked((int)((seed * 1_000_003) + (step * 8191) + (shard * 131) + _drawn++)));
            foreach (ref var value in values)
            {
                value = random.NextSingle();
            }
        }
    }
}
