using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>The sum of what the layers and the shortcut make of the input; a shortcut without layers passes it on.</summary>
internal sealed class ResidualLayer : nn.Module<Tensor, Tensor>
{
    // TorchSharp registers modules that are fields under the fields' names; it leaves arrays alone.
    private readonly LayerStack[] _paths;

    public ResidualLayer(LayerStack layers, LayerStack shortcut)
        : base("Residual")
    {
        _paths = [layers, shortcut];
        register_module("layers", layers);
        register_module("shortcut", shortcut);
    }

    public override Tensor forward(Tensor input) => _paths[0].forward(input).add(_paths[1].forward(input));
}
