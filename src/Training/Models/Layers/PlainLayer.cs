using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>A layer without parameters: a function.</summary>
internal sealed class PlainLayer(string name, Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(name)
{
    public override Tensor forward(Tensor input) => function(input);
}
