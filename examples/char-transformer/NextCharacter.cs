using Sheaf.Sdk;
using static TorchSharp.torch;

namespace CharTransformer;

/// <summary>Cross entropy of the next character, at every place of every piece.</summary>
public sealed class NextCharacter : ILoss
{
    public Tensor Losses(Tensor output, Tensor target) => nn.functional.cross_entropy(output.transpose(1, 2), target, reduction: nn.Reduction.None);
}
