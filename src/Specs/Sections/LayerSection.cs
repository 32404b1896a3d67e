using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class LayerSection
{
    private const int MaxSize = 1 << 20;

    private static readonly SpecField<int> Out = SpecField<int>.Required(
        "out", new CountType(1, MaxSize), "Outputs: columns (linear) or channels (conv2d).", "10");
    private static readonly SpecField<int> Kernel = SpecField<int>.Required("kernel", new CountType(1, 1024), "Height and width of the window.", "5");
    private static readonly SpecField<int> Stride = SpecField<int>.WithDefault("stride", new CountType(1, 1024), 1, "How far the window moves.", "1");
    private static readonly SpecField<int> PoolStride = SpecField<int>.Optional("stride", new CountType(1, 1024), "kernel", "How far the window moves.", "2");
    private static readonly SpecField<int> Padding = SpecField<int>.WithDefault("padding", new CountType(0, 1024), 0, "Zeros around the input.", "2");
    private static readonly SpecField<int> PoolPadding = SpecField<int>.WithDefault(
        "padding", new CountType(0, 512), 0, "Padding around the input; at most half the kernel.", "0");
    private static readonly SpecField<bool> Bias = SpecField<bool>.WithDefault(
        "bias", new BooleanType(), true, "Whether a learned constant is added to every output.", "true");

    private static readonly SpecField<double> Epsilon = SpecField<double>.WithDefault(
        "epsilon", NumberType.Positive, 1e-5, "Added to the variance.", "0.00001");
    private static readonly SpecField<double> Momentum = SpecField<double>.WithDefault(
        "momentum", new NumberType(0, 1, openMin: true), 0.1, "The weight of a new batch in the running mean and variance.", "0.1");

    private static readonly SpecField<double> Probability = SpecField<double>.WithDefault(
        "probability", new NumberType(0, 1, openMax: true), 0.5, "The share of values that become 0 in training.", "0.5");

    public static ChoiceType<LayerSpec> Type { get; } = new(
        "layer",
        [
            Layer(
                "linear",
                "Every output is a weighted sum of all inputs.",
                "{linear: 10}",
                new Section<LayerSpec.Linear>([Out, Bias], v => new(v.Get(Out), v.Get(Bias))),
                "out"),
            Layer(
                "conv2d",
                "Convolution of an image with square kernels.",
                "{conv2d: {out: 6, kernel: 5}}",
                new Section<LayerSpec.Conv2d>(
                    [Out, Kernel, Stride, Padding, Bias], v => new(v.Get(Out), v.Get(Kernel), v.Get(Stride), v.Get(Padding), v.Get(Bias)))
                {
                    Reserved = ["groups", "dilation"],
                }),
            Layer(
                "max_pool",
                "The largest value of each square window.",
                "{max_pool: 2}",
                new Section<LayerSpec.MaxPool>([Kernel, PoolStride, PoolPadding], v => new(v.Get(Kernel), v.MaybeValue(PoolStride), v.Get(PoolPadding))),
                "kernel"),
            Layer(
                "avg_pool",
                "The mean of each square window.",
                "{avg_pool: 2}",
                new Section<LayerSpec.AvgPool>([Kernel, PoolStride, PoolPadding], v => new(v.Get(Kernel), v.MaybeValue(PoolStride), v.Get(PoolPadding))),
                "kernel"),
            Layer(
                "batch_norm",
                "Batch normalisation over channels (images) or columns (vectors).",
                "batch_norm",
                new Section<LayerSpec.BatchNorm>([Epsilon, Momentum], v => new(v.Get(Epsilon), v.Get(Momentum)))),
            Layer(
                "dropout",
                "Sets random values to 0 in training; the mask comes from the experiment's seed.",
                "{dropout: 0.5}",
                new Section<LayerSpec.Dropout>([Probability], v => new(v.Get(Probability))),
                "probability"),
            Layer("flatten", "An image to a vector.", "flatten", new Section<LayerSpec.Flatten>([], _ => new())),
            Layer("relu", "max(x, 0).", "relu", new Section<LayerSpec.Relu>([], _ => new())),
            Layer("tanh", "Hyperbolic tangent.", "tanh", new Section<LayerSpec.Tanh>([], _ => new())),
            Layer("sigmoid", "1 / (1 + exp(-x)).", "sigmoid", new Section<LayerSpec.Sigmoid>([], _ => new())),
            Layer("softmax", "exp(x) over the sum of exp(x) of a sample's values, a vector.", "softmax", new Section<LayerSpec.Softmax>([], _ => new())),
            Layer("log_softmax", "The logarithm of softmax.", "log_softmax", new Section<LayerSpec.LogSoftmax>([], _ => new())),
        ])
    {
        Reserved = ["assembly", "type", "conv1d", "conv3d", "conv_transpose2d", "embedding", "layer_norm", "group_norm", "gelu", "leaky_relu", "residual", "adaptive_avg_pool", "lstm", "gru", "attention"],
    };

    private static Alternative<LayerSpec> Layer<T>(string name, string meaning, string example, Section<T> section, string? shorthand = null)
        where T : LayerSpec => new Alternative<LayerSpec, T>(name, meaning, example, section, shorthand);
}
