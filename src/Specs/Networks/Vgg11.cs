using Sheaf.Specs.Layers;
using Sheaf.Specs.Networks;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record NetworkSpec
{
    /// <summary>torchvision.models.vgg11 and vgg11_bn (Simonyan and Zisserman, 2015).</summary>
    /// <param name="Normalised">With BatchNorm behind each convolution.</param>
    public sealed record Vgg11(bool Normalised, int Classes = 1000, bool Head = true) : NetworkSpec(Classes, Head)
    {
        private const int Pool = 0;

        /// <summary>Channels of the convolutions, and where images are halved.</summary>
        private static readonly int[] Convolutions = [64, Pool, 128, Pool, 256, 256, Pool, 512, 512, Pool, 512, 512, Pool];

        public override int Features => 4096;

        public override int SmallestImage => 32;

        public override LayerPath Path()
        {
            var features = new List<LayerSpec>();
            foreach (var channels in Convolutions)
            {
                features.AddRange(channels == Pool ? [new LayerSpec.MaxPool(2)]
                    : Normalised ? [NetworkFields.Conv(channels, 3, bias: true), new LayerSpec.BatchNorm(), new LayerSpec.Relu()]
                    : [NetworkFields.Conv(channels, 3, bias: true), new LayerSpec.Relu()]);
            }

            List<LayerSpec> classifier =
                [Linear(Features), new LayerSpec.Relu(), new LayerSpec.Dropout(), Linear(Features), new LayerSpec.Relu(), new LayerSpec.Dropout()];
            if (Head)
            {
                classifier.Add(Linear(Classes));
            }

            return new(
                "",
                [.. features, new LayerSpec.AdaptiveAvgPool(7) { Repeats = true }, new LayerSpec.Flatten(), .. classifier],
                [
                    .. features.Select((_, index) => $"features.{index}"), "avgpool", "flatten", .. classifier.Select((_, index) => $"classifier.{index}"),
                ]);
        }

        private static LayerSpec.Linear Linear(int outputs) => new(outputs) { OwnInitialisation = NetworkFields.Classifiers };

        internal static Alternative<NetworkSpec> InSpec { get; } = Of(false, "vgg11", "VGG of 11 layers: 132.9 million weights.");

        internal static Alternative<NetworkSpec> NormalisedInSpec { get; } = Of(true, "vgg11_bn", "vgg11 with BatchNorm behind each convolution.");

        private static Alternative<NetworkSpec, Vgg11> Of(bool normalised, string name, string meaning) => new(
            name,
            meaning,
            $"{{{name}: {{classes: 10}}}}",
            NetworkFields.Section<Vgg11>((classes, head) => new(normalised, classes, head)),
            "classes",
            made => made.Normalised == normalised);
    }
}
