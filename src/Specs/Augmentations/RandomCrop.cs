using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>torchvision.transforms.RandomCrop of the image's own size: padded by zeros on each side, and cut out anywhere.</summary>
    public sealed record RandomCrop(int Padding) : AugmentationSpec
    {
        private static readonly SpecField<int> PaddingField = SpecField<int>.Required(
            "padding", new CountType(1, 1024), "Zeros on each of the four sides: the image moves by as many pixels at most.", "2");

        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, RandomCrop>(
            "random_crop",
            "Puts zeros around an image and cuts one of its size out of it, anywhere. Zeros are what the transforms make a mean value.",
            "{random_crop: 2}",
            new Section<RandomCrop>([PaddingField], v => new(v.Get(PaddingField))),
            "padding");
    }
}
