using Sheaf.Specs;
using Sheaf.Specs.Layers;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>
/// Layers applied one after the other; parameters are named as in PyTorch's Sequential (<c>0.weight</c>), or as the layers are. Intermediate tensors belong to the caller's dispose
/// scope.
/// </summary>
internal sealed class LayerStack : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _layers;

    /// <param name="specs">Of each layer.</param>
    /// <param name="inputs">Of each layer, the shape of one sample that goes into it.</param>
    /// <param name="names">Of each layer, in PyTorch; null: 0, 1, 2, ...</param>
    public LayerStack(
        IReadOnlyList<nn.Module<Tensor, Tensor>> layers, IReadOnlyList<LayerSpec> specs, IReadOnlyList<IReadOnlyList<int>> inputs, IReadOnlyList<string>? names)
        : base(nameof(LayerStack))
    {
        var path = new LayerPath("", specs, names);
        (_layers, Specs, Inputs) = ([.. layers], specs, inputs);
        for (var i = 0; i < _layers.Length; i++)
        {
            Register(path.NameOf(i), _layers[i]);
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

    /// <summary>A name such as <c>features.0</c> is that of a module in another.</summary>
    private void Register(string name, nn.Module<Tensor, Tensor> layer)
    {
        nn.Module parent = this;
        var parts = name.Split('.');
        foreach (var part in parts[..^1])
        {
            var inside = parent.named_children().FirstOrDefault(child => child.name == part).module;
            if (inside is null)
            {
                inside = new Part();
                parent.register_module(part, inside);
            }

            parent = inside;
        }

        parent.register_module(parts[^1], layer);
    }

    /// <summary>A name before others, as torchvision's <c>features</c>.</summary>
    private sealed class Part() : nn.Module(nameof(Part));
}
