using static TorchSharp.torch;

namespace Sheaf.Sdk;

/// <summary>
/// Makes a model where its constructor alone cannot. Its own constructor gets the spec's arguments. A class that is itself an nn.Module needs none of this.
/// </summary>
public interface IModelFactory
{
    /// <summary>
    /// A model with its first weights, on the CPU. What it draws from libtorch's generator follows from the experiment's seed; nothing else may be random.
    /// </summary>
    nn.Module<Tensor, Tensor> Create(ModelInput input);
}
