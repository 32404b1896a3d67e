using System.Globalization;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>Layers applied one after the other; parameters are named as in PyTorch's Sequential (<c>0.weight</c>). Intermediate tensors belong to the caller's dispose scope.</summary>
internal sealed class LayerStack : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _layers;

    public LayerStack(IReadOnlyList<nn.Module<Tensor, Tensor>> layers)
        : base(nameof(LayerStack))
    {
        _layers = [.. layers];
        for (var i = 0; i < _layers.Length; i++)
        {
            register_module(i.ToString(CultureInfo.InvariantCulture), _layers[i]);
        }
    }

    public override Tensor forward(Tensor input)
    {
        foreach (var layer in _layers)
        {
            input = layer.forward(input);
        }

        return input;
    }
}
