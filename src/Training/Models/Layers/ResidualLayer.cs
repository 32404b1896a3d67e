using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>The sum of what the layers and the shortcut make of the input; a shortcut without layers passes it on.</summary>
internal sealed class ResidualLayer : nn.Module<Tensor, Tensor>
{
    private readonly LayerStack _layers;
    private readonly LayerStack _shortcut;

    public ResidualLayer(LayerStack layers, LayerStack shortcut)
        : base("Residual")
    {
        (_layers, _shortcut) = (layers, shortcut);
        register_module("layers", layers);
        register_module("shortcut", shortcut);
    }

    public override Tensor forward(Tensor input) => _layers.forward(input).add(_shortcut.forward(input));
}
