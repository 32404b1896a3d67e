using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Dropout2d; the mask comes from the experiment's keyed generator. 0 &lt;= <paramref name="Probability"/> &lt; 1.</summary>
    public sealed record Dropout2d(double Probability = 0.5) : LayerSpec
    {
        public override SampleShape? Takes => SampleShape.Image;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input.Count == 3 ? new(input) : LayerPlan.Misfit(input, 3, LayerFields.NeedsImage);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Dropout2d>(
            "dropout2d",
            "Sets random channels of images to 0 in training; the mask comes from the experiment's seed.",
            "{dropout2d: 0.5}",
            new Section<Dropout2d>([LayerFields.Probability], v => new(v.Get(LayerFields.Probability))),
            "probability");
    }
}
