using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>Layers whose backward pass is libtorch's.</summary>
internal sealed class AutogradStage(IReadOnlyList<nn.Module<Tensor, Tensor>> layers) : IStage
{
    private readonly Tensor[] _gradient = new Tensor[1];
    private Tensor? _input;
    private Tensor? _output;
    private Tensor? _inputGradient;

    public IEnumerable<Tensor> Own => [];

    public Tensor Forward(Tensor input, bool train)
    {
        Drop();
        if (!train)
        {
            _output = Run(input).contiguous().DetachFromDisposeScope();
            return _output;
        }

        // Whole numbers have no gradient.
        _input = input.detach().requires_grad_(input.is_floating_point()).DetachFromDisposeScope();
        using var grad = enable_grad();
        _output = Run(_input).contiguous().DetachFromDisposeScope();
        return _output;
    }

    public Tensor? Backward(Tensor gradient, bool wanted, GradientTarget parameters)
    {
        _gradient[0] = gradient;
        _output!.backward(_gradient);
        using var left = _input!.grad;
        _inputGradient?.Dispose();
        _inputGradient = left?.contiguous().DetachFromDisposeScope();
        Drop();
        return wanted ? _inputGradient : null;
    }

    public void Drop()
    {
        _input?.Dispose();
        _output?.Dispose();
        (_input, _output) = (null, null);
    }

    public void Dispose()
    {
        Drop();
        _inputGradient?.Dispose();
    }

    private Tensor Run(Tensor input)
    {
        foreach (var layer in layers)
        {
            input = layer.forward(input);
        }

        return input;
    }
}
