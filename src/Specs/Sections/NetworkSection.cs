using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>The networks that a spec can name.</summary>
internal static class NetworkSection
{
    public static ChoiceType<NetworkSpec> Type { get; } = new(
        "network",
        [
            NetworkSpec.ResNet.InSpec18,
            NetworkSpec.ResNet.InSpec34,
            NetworkSpec.ResNet.InSpec50,
            NetworkSpec.MobileNetV2.InSpec,
            NetworkSpec.Vgg11.InSpec,
            NetworkSpec.Vgg11.NormalisedInSpec,
        ]);
}
