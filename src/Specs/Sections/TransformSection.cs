using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class TransformSection
{
    private static readonly SpecField<double> Factor = SpecField<double>.Required(
        "factor", NumberType.Any, "What every feature is multiplied by; not 0.", "0.00392156862745098");

    private static readonly SpecField<IReadOnlyList<double>> Mean = SpecField<IReadOnlyList<double>>.Required(
        "mean", new ListType<double>(NumberType.Any, 1, single: true), "What is subtracted, by channel (images) or column (vectors); one value serves all.", "[0.286]");

    private static readonly SpecField<IReadOnlyList<double>> Std = SpecField<IReadOnlyList<double>>.Required(
        "std", new ListType<double>(NumberType.Positive, 1, single: true), "What the difference is divided by; as many as in mean.", "[0.353]");

    public static ChoiceType<TransformSpec> Type { get; } = new(
        "transform",
        [
            new Alternative<TransformSpec, TransformSpec.Scale>(
                "scale", "Multiplies every feature.", "{scale: 0.00392156862745098}", new Section<TransformSpec.Scale>([Factor], v => new(v.Get(Factor))), "factor"),
            new Alternative<TransformSpec, TransformSpec.Normalize>(
                "normalize", "(x - mean) / std.", "{normalize: {mean: [0.286], std: [0.353]}}", new Section<TransformSpec.Normalize>(
                    [Mean, Std], v => new(v.Get(Mean), v.Get(Std)))),
        ])
    {
        Reserved = ["random_crop", "random_flip", "horizontal_flip", "resize", "center_crop", "color_jitter", "cutout", "mixup", "cutmix", "one_hot", "assembly"],
    };
}
