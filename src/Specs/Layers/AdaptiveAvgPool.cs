using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.AdaptiveAvgPool2d: means over as many windows as the result is high and wide, whatever the input's size.</summary>
    public sealed record AdaptiveAvgPool(int Size = 1) : LayerSpec
    {
        private static readonly SpecField<int> SizeField = SpecField<int>.WithDefault(
            "size", new CountType(1, 1024), 1, "Height and width of the result; at most the input's.", "1");

        /// <summary>Smaller inputs are allowed: their values repeat themselves.</summary>
        public bool Repeats { get; init; }

        public override SampleShape? Takes => SampleShape.Image;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input.Count != 3 ? LayerPlan.Misfit(input, 3, LayerFields.NeedsImage)
            : !Repeats && Size > Math.Min(input[1], input[2]) ? new(input)
            {
                Problem = $"makes {Size} x {Size} of {input[1]} x {input[2]}; choose a size of at most {Math.Min(input[1], input[2])}.",
            }
            : new([input[0], Size, Size]);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, AdaptiveAvgPool>(
            "adaptive_avg_pool",
            "The means of size x size windows, whatever the image's size; of the whole image by default.",
            "{adaptive_avg_pool: 1}",
            new Section<AdaptiveAvgPool>([SizeField], v => new(v.Get(SizeField))),
            "size")
        {
            Also = ["global_avg_pool", "global_average_pooling", "gap"],
        };
    }
}
