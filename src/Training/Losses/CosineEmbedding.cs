using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.cosine_embedding_loss of outputs and targets that belong together.</summary>
internal sealed class CosineEmbedding(LossSpec.CosineEmbedding spec, int outputs) : Loss(spec, outputs)
{
    public override int SampleWeight => 1;

    protected override Tensor SumOf(Tensor output, Tensor target) =>
        nn.functional.cosine_embedding_loss(output, target, ones(output.size(0), device: output.device), reduction: nn.Reduction.Sum);
}
