using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>Normal noise on every value.</summary>
    public sealed record Noise(double Std) : AugmentationSpec
    {
        private static readonly SpecField<double> StdField = SpecField<double>.Required(
            "std", NumberType.Positive, "Its deviation, in the units that the transforms make.", "0.1");

        public override bool NeedsImages => false;

        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, Noise>(
            "noise",
            "Adds normal noise to every value, of images and of tables.",
            "{noise: 0.1}",
            new Section<Noise>([StdField], v => new(v.Get(StdField))),
            "std")
        {
            Also = ["gaussian_noise"],
        };
    }
}
