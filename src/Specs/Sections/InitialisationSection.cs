using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary>What the model begins with: drawn weights, those of a file, and which of them stay.</summary>
internal static class InitialisationSection
{
    private static readonly ChoiceType<InitialisationSpec> Type = new(
        "initialisation",
        [
            InitialisationSpec.Default.InSpec,
            InitialisationSpec.Kaiming.InSpec,
            InitialisationSpec.Xavier.InSpec,
            InitialisationSpec.Normal.InSpec,
            InitialisationSpec.Zeros.InSpec,
        ]);

    public static SpecField<InitialisationSpec> Field { get; } = SpecField<InitialisationSpec>.Filled(
        "initialisation",
        Type,
        new SpecScalar(new SpecOrigin(1, 1, null), "default", isPlain: true),
        "default",
        "How the first weights of linear layers, convolutions and attention are drawn, from the seed alone. default: each layer as PyTorch's, a "
            + "network as torchvision's. Embeddings, lstm and gru are always drawn as PyTorch's.",
        "{kaiming: {mode: fan_out}}");

    public static SpecField<WeightsSpec> Weights { get; } = SpecField<WeightsSpec>.Optional(
        "weights",
        new WeightsType(),
        "none",
        "Begins with the weights of a file, by name. What it lacks is drawn; what fitted and what did not is said at submit. The file is known by its SHA-256.",
        "body.safetensors");

    public static SpecField<IReadOnlyList<string>> Freeze { get; } = SpecField<IReadOnlyList<string>>.WithDefault(
        "freeze",
        new ListType<string>(new TextType(), 0, single: true, distinct: true),
        [],
        "Parameters that stay as they are: names such as 0.weight, in which * stands for anything. They take no part in a step.",
        "[\"0.*\", \"3.*\"]");
}
