using Sheaf.Specs.Augmentations;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>torchvision.transforms.RandomVerticalFlip.</summary>
    public sealed record VerticalFlip(double Probability = 0.5) : AugmentationSpec
    {
        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, VerticalFlip>(
            "vertical_flip",
            "Mirrors an image top to bottom.",
            "vertical_flip",
            new Section<VerticalFlip>([AugmentationFields.Probability], v => new(v.Get(AugmentationFields.Probability))),
            "probability")
        {
            Also = ["random_vertical_flip"],
        };
    }
}
