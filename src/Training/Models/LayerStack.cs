using System.Globalization;
using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>
/// Layers applied one after the other; parameters are named as in PyTorch's Sequential (<c>0.weight</c>). Intermediate tensors belong to the caller's dispose
/// scope.
/// </summary>
internal sealed class LayerStack : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _layers;

    /// <param name="specs">Of each layer.</param>
    /// <param name="inputs">Of each layer, the shape of one sample that goes into it.</param>
    public LayerStack(IReadOnlyList<nn.Module<Tensor, Tensor>> layers, IReadOnlyList<LayerSpec> specs, IReadOnlyList<IReadOnlyList<int>> inputs)
        : base(nameof(LayerStack))
    {
        (_layers, Specs, Inputs) = ([.. layers], specs, inputs);
        for (var i = 0; i < _layers.Length; i++)
        {
            register_module(i.ToString(CultureInfo.InvariantCulture), _layers[i]);
        }
    }

    public IReadOnlyList<nn.Module<Tensor, Tensor>> Layers => _layers;

    public IReadOnlyList<LayerSpec> Specs { get; }

    public IReadOnlyList<IReadOnlyList<int>> Inputs { get; }

    public override Tensor forward(Tensor input)
    {
        foreach (var layer in _layers)
        {
            input = layer.forward(input);
        }

        return input;
    }
}
