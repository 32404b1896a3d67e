using Sheaf.Specs.Layers;
using Sheaf.Specs.Networks;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record NetworkSpec
{
    /// <summary>torchvision.models.mobilenet_v2 (Sandler et al., 2018).</summary>
    public sealed record MobileNetV2(int Classes = 1000, bool Head = true) : NetworkSpec(Classes, Head)
    {
        /// <summary>Expansion, channels, repetitions and stride of each group of blocks.</summary>
        private static readonly (int Expansion, int Channels, int Count, int Stride)[] Groups =
            [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

        public override int Features => 1280;

        public override LayerPath Path()
        {
            List<LayerSpec> features = [Convolution(32, 3, stride: 2)];
            var channels = 32;
            foreach (var (expansion, width, count, stride) in Groups)
            {
                for (var i = 0; i < count; i++)
                {
                    features.Add(InvertedResidual(channels, expansion, width, i == 0 ? stride : 1));
                    channels = width;
                }
            }

            features.Add(Convolution(Features, 1));
            List<LayerSpec> rest = [new LayerSpec.AdaptiveAvgPool(), new LayerSpec.Flatten()];
            List<string> names = [.. features.Select((_, index) => $"features.{index}"), "avgpool", "flatten"];
            if (Head)
            {
                rest.AddRange([new LayerSpec.Dropout(0.2), new LayerSpec.Linear(Classes) { OwnInitialisation = NetworkFields.Classifiers }]);
                names.AddRange(["classifier.0", "classifier.1"]);
            }

            return new("", [.. features, .. rest], names);
        }

        private static LayerSpec.Block Convolution(int outputs, int kernel, int stride = 1, int groups = 1) => LayerSpec.Block.Sequential(
            "conv_bn_relu6", NetworkFields.Conv(outputs, kernel, stride, groups), new LayerSpec.BatchNorm(), new LayerSpec.Relu6());

        private static LayerSpec.Block InvertedResidual(int channels, int expansion, int width, int stride)
        {
            var hidden = channels * expansion;
            List<LayerSpec> layers = expansion == 1 ? [] : [Convolution(hidden, 1)];
            layers.AddRange([Convolution(hidden, 3, stride, hidden), NetworkFields.Conv(width, 1), new LayerSpec.BatchNorm()]);
            LayerPath[] paths = stride == 1 && channels == width ? [new("conv", layers), new("shortcut", [])] : [new("conv", layers)];
            return new("inverted_residual", paths);
        }

        internal static Alternative<NetworkSpec> InSpec { get; } = new Alternative<NetworkSpec, MobileNetV2>(
            "mobilenet_v2",
            "MobileNetV2, of depthwise convolutions: 3.5 million weights.",
            "{mobilenet_v2: {classes: 10}}",
            NetworkFields.Section<MobileNetV2>((classes, head) => new(classes, head)),
            "classes")
        {
            Also = ["mobilenet", "mobilenetv2"],
        };
    }
}
