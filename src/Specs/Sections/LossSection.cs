using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>The losses that a spec can name.</summary>
internal static class LossSection
{
    public static ChoiceType<LossSpec> Type { get; } = new(
        "loss",
        [
            LossSpec.CrossEntropy.InSpec,
            LossSpec.Nll.InSpec,
            LossSpec.MultiMargin.InSpec,
            LossSpec.BinaryCrossEntropy.InSpec,
            LossSpec.BinaryCrossEntropyWithLogits.InSpec,
            LossSpec.Hinge.InSpec,
            LossSpec.MeanSquaredError.InSpec,
            LossSpec.MeanAbsoluteError.InSpec,
            LossSpec.Huber.InSpec,
            LossSpec.SmoothL1.InSpec,
            LossSpec.PoissonNll.InSpec,
            LossSpec.GaussianNll.InSpec,
            LossSpec.KlDiv.InSpec,
            LossSpec.CosineEmbedding.InSpec,
            LossSpec.OfClass.InSpec,
        ])
    {
        Reserved = ["assembly", "type"],
    };
}
