using Sheaf.Specs.Augmentations;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>torchvision.transforms.RandomHorizontalFlip.</summary>
    public sealed record HorizontalFlip(double Probability = 0.5) : AugmentationSpec
    {
        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, HorizontalFlip>(
            "horizontal_flip",
            "Mirrors an image left to right.",
            "horizontal_flip",
            new Section<HorizontalFlip>([AugmentationFields.Probability], v => new(v.Get(AugmentationFields.Probability))),
            "probability")
        {
            Also = ["random_horizontal_flip", "flip", "random_flip"],
        };
    }
}
