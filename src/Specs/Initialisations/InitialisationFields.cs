using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Initialisations;

/// <summary>The keys that several ways have.</summary>
internal static class InitialisationFields
{
    public static SpecField<Distribution> Distribution(Distribution value) => SpecField<Distribution>.WithDefault(
        "distribution", new EnumType<Distribution>(), value, "What the weights are drawn from.", "normal");
}
