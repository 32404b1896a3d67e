using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Layers;

/// <summary>The keys that several layers have.</summary>
internal static class LayerFields
{
    public const string NeedsImage = "it needs images [channels, height, width]";
    public const string NeedsVector = "put flatten before it";

    private const int MaxSize = 1 << 20;

    public static SpecField<int> Out { get; } = SpecField<int>.Required(
        "out", new CountType(1, MaxSize), "Outputs: columns (linear) or channels (convolutions).", "10");

    public static SpecField<int> Kernel { get; } = SpecField<int>.Required("kernel", new CountType(1, 1024), "Height and width of the window.", "5");

    public static SpecField<int> Stride { get; } = SpecField<int>.WithDefault("stride", new CountType(1, 1024), 1, "How far the window moves.", "1");

    public static SpecField<int> PoolStride { get; } = SpecField<int>.Optional("stride", new CountType(1, 1024), "kernel", "How far the window moves.", "2");

    public static SpecField<int> Padding { get; } = SpecField<int>.WithDefault("padding", new CountType(0, 1024), 0, "Zeros around the input.", "2");

    public static SpecField<int> PoolPadding { get; } = SpecField<int>.WithDefault(
        "padding", new CountType(0, 512), 0, "Padding around the input; at most half the kernel.", "0");

    public static SpecField<int> Dilation { get; } = SpecField<int>.WithDefault(
        "dilation", new CountType(1, 1024), 1, "The distance of the window's points.", "2");

    public static SpecField<int> Groups { get; } = SpecField<int>.WithDefault(
        "groups",
        new CountType(1, MaxSize),
        1,
        "Channels are cut into so many groups, each convolved alone; as many as channels: depthwise. Divides the channels before and after.",
        "1");

    public static SpecField<bool> Bias { get; } = SpecField<bool>.WithDefault(
        "bias", new BooleanType(), true, "Whether a learned constant is added to every output.", "true");

    public static SpecField<double> Epsilon { get; } = SpecField<double>.WithDefault("epsilon", NumberType.Positive, 1e-5, "Added to the variance.", "0.00001");

    public static SpecField<double> Probability { get; } = SpecField<double>.WithDefault(
        "probability", new NumberType(0, 1, openMax: true), 0.5, "The share of values that become 0 in training.", "0.5");

    /// <summary>Weights of a layer and, where it has one, its bias.</summary>
    public static IReadOnlyList<LayerTensor> Tensors(IReadOnlyList<int> weight, bool bias, int outputs) =>
        bias ? [new("weight", weight), new("bias", [outputs])] : [new("weight", weight)];

    /// <summary>Why channels cannot be cut into groups; <c>null</c> where they can.</summary>
    public static string? GroupProblem(int channels, int outputs, int groups) => channels % groups == 0 && outputs % groups == 0 ? null
        : $"cuts {channels} channels, and makes {outputs}, in {groups} groups; groups must divide both.";
}
