using System.Security.Cryptography;
using Sheaf.Sdk;
using TorchSharp.Modules;
using static TorchSharp.torch;

#pragma warning disable MA0048, SA1402 // Small models side by side, each with one thing about it.

namespace Sheaf.Tests.UserCode;

#pragma warning disable MA0056 // register_buffer is called in constructors, as PyTorch's is.

/// <summary>Everything that is allowed: statistics of BatchNorm, Sheaf's Dropout, a constant buffer with infinities, an embedding that two layers
/// share.</summary>
public sealed class GoodNet : nn.Module<Tensor, Tensor>
{
    private readonly Linear _first;
    private readonly BatchNorm1d _norm;
    private readonly Sheaf.Sdk.Dropout _dropout = new(0.3);
    private readonly ModuleList<Linear> _middle;
    private readonly Linear _last;

    public GoodNet(ModelInput input, int hidden = 16)
        : base(nameof(GoodNet))
    {
        _first = nn.Linear(input.Shape[0], hidden);
        _norm = nn.BatchNorm1d(hidden);
        _middle = new(nn.Linear(hidden, hidden), nn.Linear(hidden, hidden));
        _last = nn.Linear(hidden, input.Classes ?? input.Targets);
        RegisterComponents();
        register_buffer("mask", tensor(new[] { 0, float.NegativeInfinity }));
    }

    public override Tensor forward(Tensor input)
    {
        var state = nn.functional.relu(_norm.forward(_first.forward(input)));
        foreach (var layer in _middle)
        {
            state = state + nn.functional.relu(layer.forward(state));
        }

        return _last.forward(_dropout.forward(state));
    }
}

/// <summary>The base of those that have one linear layer and one fault.</summary>
public abstract class OneLayer : nn.Module<Tensor, Tensor>
{
    private readonly Linear _layer;

    protected OneLayer(ModelInput input)
        : base(nameof(OneLayer))
    {
        _layer = nn.Linear(input.Shape[0], input.Classes ?? input.Targets);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _layer.forward(input);
}

public sealed class UnregisteredNet(ModelInput input) : OneLayer(input)
{
    private readonly nn.Module<Tensor, Tensor>[] _layers = [nn.Linear(2, 2), nn.Dropout(0.5)];

    public override Tensor forward(Tensor input) => base.forward(_layers[0].forward(input));
}

public sealed class DrawingNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input) => nn.functional.dropout(base.forward(input), 0.5, training);
}

public sealed class CountingNet(ModelInput input) : OneLayer(input)
{
    private int _calls;

    public override Tensor forward(Tensor input) => base.forward(input) * (training && _calls++ > 5 ? 2 : 1);
}

public sealed class LeakingNet(ModelInput input) : OneLayer(input)
{
    private readonly List<Tensor> _kept = [];

    public override Tensor forward(Tensor input)
    {
        var output = base.forward(input);
        _kept.Add(output.detach().clone().DetachFromDisposeScope());
        return output;
    }
}

public sealed class ThrowingNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input) => throw new InvalidOperationException("this model has a bad day");
}

/// <summary>Fails at a step of training that no trial reaches.</summary>
public sealed class LateNet(ModelInput input, int calls) : OneLayer(input)
{
    private int _made;

    public override Tensor forward(Tensor input) =>
        training && ++_made > calls ? throw new InvalidOperationException("enough") : base.forward(input);
}

public sealed class ArbitraryNet : OneLayer
{
    public ArbitraryNet(ModelInput input)
        : base(input)
    {
        using var noGrad = no_grad();
        foreach (var parameter in parameters())
        {
            parameter.fill_(RandomNumberGenerator.GetInt32(1_000_000) / 1e6);
        }
    }
}

public sealed class DoubleNet : nn.Module<Tensor, Tensor>
{
    private readonly Linear _layer;

    public DoubleNet(ModelInput input)
        : base(nameof(DoubleNet))
    {
        _layer = nn.Linear(input.Shape[0], 3, dtype: ScalarType.Float64);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _layer.forward(input.to_type(ScalarType.Float64));
}

public sealed class ForgetfulNet(ModelInput input) : nn.Module<Tensor, Tensor>(nameof(ForgetfulNet))
{
    private readonly Linear _layer = nn.Linear(input.Shape[0], 3);

    public override Tensor forward(Tensor input) => _layer.forward(input);
}

public sealed class WideNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input) => cat([base.forward(input), base.forward(input)], 1)[.., ..2];
}

public sealed class SumNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input) => base.forward(input).sum();
}

/// <summary>A constructor that is not enough.</summary>
public sealed class Factory(int hidden) : IModelFactory
{
    public nn.Module<Tensor, Tensor> Create(ModelInput input) => new GoodNet(input, hidden);
}

public sealed class NoModel;

/// <summary>libtorch does not check this product, and ends the process.</summary>
public sealed class AbortingNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input) => ones(2, 5).matmul(ones(3, 4));
}

public sealed class LoopingNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input)
    {
        for (var endless = true; endless;)
        {
            endless = input.shape.Length > 0;
        }

        return input;
    }
}

public sealed class HungryNet(ModelInput input) : OneLayer(input)
{
    private readonly List<byte[]> _food = [];

    public override Tensor forward(Tensor input)
    {
        while (_food.Count < 10_000)
        {
            var more = new byte[16 << 20];
            Array.Fill(more, (byte)1);
            _food.Add(more);
        }

        return base.forward(input);
    }
}

public sealed class LeavingNet(ModelInput input) : OneLayer(input)
{
    public override Tensor forward(Tensor input)
    {
        Environment.Exit(0);
        return input;
    }
}
