using Sheaf.Specs.Layers;
using Sheaf.Specs.Networks;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record NetworkSpec
{
    /// <summary>torchvision.models.resnet18, resnet34 and resnet50 (He et al., 2016).</summary>
    /// <param name="Depth">18, 34 or 50.</param>
    public sealed record ResNet(int Depth, int Classes = 1000, bool Head = true) : NetworkSpec(Classes, Head)
    {
        /// <summary>A bottleneck's last convolution has so many times the channels of the others.</summary>
        private const int Expansion = 4;

        public override int Features => HasBottlenecks ? 512 * Expansion : 512;

        private bool HasBottlenecks => Depth >= 50;

        public override LayerPath Path()
        {
            int[] blocks = Depth == 18 ? [2, 2, 2, 2] : [3, 4, 6, 3];
            List<(string Name, LayerSpec Layer)> layers =
            [
                ("conv1", NetworkFields.Conv(64, 7, stride: 2)), ("bn1", new LayerSpec.BatchNorm()), ("relu", new LayerSpec.Relu()),
                ("maxpool", new LayerSpec.MaxPool(3, 2, 1)),
            ];
            var channels = 64;
            for (var stage = 0; stage < blocks.Length; stage++)
            {
                var (width, parts) = (64 << stage, new List<LayerSpec>());
                for (var i = 0; i < blocks[stage]; i++)
                {
                    parts.Add(BlockOf(channels, width, stage > 0 && i == 0 ? 2 : 1));
                    channels = HasBottlenecks ? width * Expansion : width;
                }

                layers.Add(($"layer{stage + 1}", LayerSpec.Block.Sequential("sequential", parts)));
            }

            layers.AddRange([("avgpool", new LayerSpec.AdaptiveAvgPool()), ("flatten", new LayerSpec.Flatten())]);
            if (Head)
            {
                layers.Add(("fc", new LayerSpec.Linear(Classes)));
            }

            return new("", [.. layers.Select(each => each.Layer)], [.. layers.Select(each => each.Name)]);
        }

        private LayerSpec.Block BlockOf(int channels, int width, int stride)
        {
            var outputs = HasBottlenecks ? width * Expansion : width;
            var layers = HasBottlenecks
                ? new LayerPath(
                    "",
                    [
                        NetworkFields.Conv(width, 1), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), NetworkFields.Conv(width, 3, stride),
                        new LayerSpec.BatchNorm(), new LayerSpec.Relu(), NetworkFields.Conv(outputs, 1), new LayerSpec.BatchNorm(),
                    ],
                    ["conv1", "bn1", "relu1", "conv2", "bn2", "relu2", "conv3", "bn3"])
                : new LayerPath(
                    "",
                    [
                        NetworkFields.Conv(width, 3, stride), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), NetworkFields.Conv(width, 3),
                        new LayerSpec.BatchNorm(),
                    ],
                    ["conv1", "bn1", "relu", "conv2", "bn2"]);
            var shortcut = new LayerPath(
                "downsample", stride == 1 && channels == outputs ? [] : [NetworkFields.Conv(outputs, 1, stride), new LayerSpec.BatchNorm()]);
            return new(HasBottlenecks ? "bottleneck" : "basic_block", [layers, shortcut], Rectified: true);
        }

        internal static Alternative<NetworkSpec> InSpec18 { get; } = Of(18, "resnet18", "ResNet of 18 layers: 11.7 million weights.");

        internal static Alternative<NetworkSpec> InSpec34 { get; } = Of(34, "resnet34", "ResNet of 34 layers: 21.8 million weights.");

        internal static Alternative<NetworkSpec> InSpec50 { get; } = Of(50, "resnet50", "ResNet of 50 layers, in bottlenecks: 25.6 million weights.");

        private static Alternative<NetworkSpec, ResNet> Of(int depth, string name, string meaning) => new(
            name,
            meaning,
            $"{{{name}: {{classes: 10}}}}",
            NetworkFields.Section<ResNet>((classes, head) => new(depth, classes, head)),
            "classes",
            made => made.Depth == depth);
    }
}
