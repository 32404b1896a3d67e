using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Augmentations;

/// <summary>The keys that several augmentations have.</summary>
internal static class AugmentationFields
{
    public static SpecField<double> Probability { get; } = SpecField<double>.WithDefault(
        "probability", new NumberType(0, 1, openMin: true), 0.5, "How often it is done.", "0.5");
}
