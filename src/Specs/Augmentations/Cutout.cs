using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>T. DeVries and G. W. Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.</summary>
    public sealed record Cutout(int Size) : AugmentationSpec
    {
        private static readonly SpecField<int> SizeField = SpecField<int>.Required(
            "size", new CountType(1, 4096), "The square's side in pixels; what lies outside the image is cut off.", "8");

        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, Cutout>(
            "cutout",
            "Sets a square around any pixel to zero, in all channels.",
            "{cutout: 8}",
            new Section<Cutout>([SizeField], v => new(v.Get(SizeField))),
            "size")
        {
            Also = ["random_erasing"],
        };
    }
}
