using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>torchvision.transforms.RandomRotation with bilinear interpolation: an angle from -degrees to degrees, about the centre, zeros from
    /// outside.</summary>
    public sealed record Rotation(double Degrees) : AugmentationSpec
    {
        private static readonly SpecField<double> DegreesField = SpecField<double>.Required(
            "degrees", new NumberType(0, 180, openMin: true), "The largest angle, in both directions; any up to it is equally likely.", "15");

        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, Rotation>(
            "rotation",
            "Turns an image about its centre. What comes in from outside is zero, which is what the transforms make a mean value.",
            "{rotation: 15}",
            new Section<Rotation>([DegreesField], v => new(v.Get(DegreesField))),
            "degrees")
        {
            Also = ["rotate", "random_rotation"],
        };
    }
}
