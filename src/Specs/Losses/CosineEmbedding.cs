using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.CosineEmbeddingLoss of outputs and targets that belong together (y = 1): 1 - cos(output, target) of each sample.</summary>
    public sealed record CosineEmbedding : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.Number;

        public override int MinTargets => 2;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, CosineEmbedding>(
            "cosine_embedding",
            "1 minus the cosine of the angle between the outputs and the targets of a sample, as torch.nn.CosineEmbeddingLoss for pairs that belong together.",
            "cosine_embedding",
            new Section<CosineEmbedding>([], _ => new()))
        {
            Also = ["cosine", "cosine_similarity"],
        };
    }
}
