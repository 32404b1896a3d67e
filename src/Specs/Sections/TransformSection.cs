using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class TransformSection
{
    private static readonly SpecField<double> Factor = SpecField<double>.Required(
        "factor", NumberType.Any, "What every feature is multiplied by; not 0.", "0.00392156862745098");

    private static readonly SpecField<IReadOnlyList<double>> Mean = SpecField<IReadOnlyList<double>>.WithDefault(
        "mean",
        new ListType<double>(NumberType.Any, 1, single: true),
        [],
        "the training rows'",
        "What is subtracted, by channel (images) or column (vectors); one value serves all.",
        "[0.286]");

    private static readonly SpecField<IReadOnlyList<double>> Std = SpecField<IReadOnlyList<double>>.WithDefault(
        "std",
        new ListType<double>(NumberType.Positive, 1, single: true),
        [],
        "the training rows'",
        "What the difference is divided by; as many as in mean.",
        "[0.353]");

    private static readonly SpecField<int> Correction = SpecField<int>.WithDefault(
        "correction", new CountType(0, 1), 0, "Without std: the variance of n training rows is divided by n minus this; 1 is the sample's.", "1");

    private static readonly SpecField<int> By = SpecField<int>.Required("by", new CountType(1, 1024), "Pixels on each of the four sides.", "2");

    private static readonly SpecField<int> Count = SpecField<int>.Required("count", new CountType(2, 1024), "Channels that every image has then.", "3");

    public static ChoiceType<TransformSpec> Type { get; } = new(
        "transform",
        [
            new Alternative<TransformSpec, TransformSpec.Scale>(
                "scale", "Multiplies every feature.", "{scale: 0.00392156862745098}", new Section<TransformSpec.Scale>([Factor], v => new(v.Get(Factor))),
                    "factor"),
            new Alternative<TransformSpec, TransformSpec.Pad>(
                "pad", "Puts zeros around every image; before scale and normalize.", "{pad: 2}", new Section<TransformSpec.Pad>([By], v => new(v.Get(By))),
                    "by"),
            new Alternative<TransformSpec, TransformSpec.RepeatChannels>(
                "repeat_channels",
                "Makes equal channels of the one that every image has, as grey is in colour; before scale and normalize.",
                "{repeat_channels: 3}",
                new Section<TransformSpec.RepeatChannels>([Count], v => new(v.Get(Count))),
                "count"),
            new Alternative<TransformSpec, TransformSpec.Normalize>(
                "normalize", "(x - mean) / std; without both, by the mean and the standard deviation of the training rows.",
                    "{normalize: {mean: [0.286], std: [0.353]}}", new Section<TransformSpec.Normalize>(
                    [Mean, Std, Correction], v => new(v.Get(Mean), v.Get(Std), v.Get(Correction)))),
        ])
    {
        Reserved = ["resize", "center_crop", "assembly"],
    };
}
