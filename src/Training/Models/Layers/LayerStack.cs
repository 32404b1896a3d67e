using Sheaf.Specs;
using Sheaf.Specs.Layers;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>
/// Layers applied one after the other; parameters are named as in PyTorch's Sequential (<c>0.weight</c>), or as the layers are. Intermediate tensors
/// belong to the caller's dispose scope.
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
            ModulePath.Register(this, path.NameOf(i), _layers[i]);
        }
    }

    public IReadOnlyList<nn.Module<Tensor, Tensor>> Layers => _layers;

    public IReadOnlyList<LayerSpec> Specs { get; }

    public IReadOnlyList<IReadOnlyList<int>> Inputs { get; }

    /// <summary>Rows of whole numbers are numbers to every layer but embedding.</summary>
    public Tensor Numbers(Tensor input) => input.dtype == ScalarType.Int64 && Specs is not [LayerSpec.Embedding, ..] ? input.to(ScalarType.Float32) : input;

    public override Tensor forward(Tensor input)
    {
        input = Numbers(input);
        foreach (var layer in _layers)
        {
            input = layer.forward(input);
        }

        return input;
    }
}
