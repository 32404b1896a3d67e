using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>
    /// torchvision.transforms.ColorJitter without hue: each factor from 1 - x (0 at least) to 1 + x, applied to brightness, then contrast, then saturation.
    /// </summary>
    public sealed record ColourJitter(double Brightness = 0, double Contrast = 0, double Saturation = 0) : AugmentationSpec
    {
        private static readonly SpecField<double> BrightnessField = Field("brightness", "How much lighter or darker.");
        private static readonly SpecField<double> ContrastField = Field("contrast", "How much nearer to, or farther from, the image's mean grey.");
        private static readonly SpecField<double> SaturationField = Field("saturation", "How much less or more colour; nothing for grey images.");

        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, ColourJitter>(
            "colour_jitter",
            "Changes brightness, contrast and saturation, each by a factor from 1 - x to 1 + x; as on the pixels before the transforms, within black and "
                + "white.",
            "{colour_jitter: {brightness: 0.2, contrast: 0.2, saturation: 0.2}}",
            new Section<ColourJitter>(
                [BrightnessField, ContrastField, SaturationField], v => new(v.Get(BrightnessField), v.Get(ContrastField), v.Get(SaturationField))))
        {
            Also = ["color_jitter"],
        };

        private static SpecField<double> Field(string name, string meaning) =>
            SpecField<double>.WithDefault(name, new NumberType(0, 10), 0, meaning, "0.2");
    }
}
