using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Networks;

/// <summary>The keys that all networks have, and how torchvision draws their first weights.</summary>
internal static class NetworkFields
{
    public static SpecField<int> Classes { get; } = SpecField<int>.WithDefault(
        "classes", new CountType(1, 1 << 20), 1000, "Outputs of the last layer.", "10");

    public static SpecField<bool> Head { get; } = SpecField<bool>.WithDefault(
        "head", new BooleanType(), true, "false: without the last layer, so that the network gives features for layers of yours in model.layers.", "false");

    public static InitialisationSpec Convolutions { get; } = new InitialisationSpec.Kaiming(Distribution.Normal, FanMode.FanOut);

    public static InitialisationSpec Classifiers { get; } = new InitialisationSpec.Normal(0.01);

    public static Section<T> Section<T>(Func<int, bool, T> build)
        where T : NetworkSpec => new([Classes, Head], v => build(v.Get(Classes), v.Get(Head)));

    /// <summary>A convolution, followed by BatchNorm where it has no bias.</summary>
    public static LayerSpec Conv(int outputs, int kernel, int stride = 1, int groups = 1, bool bias = false) =>
        new LayerSpec.Conv2d(outputs, kernel, stride, kernel / 2, bias, groups) { OwnInitialisation = Convolutions };
}
