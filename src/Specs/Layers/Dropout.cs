using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Dropout; the mask comes from the experiment's keyed generator. 0 &lt;= <paramref name="Probability"/> &lt; 1.</summary>
    public sealed record Dropout(double Probability = 0.5) : LayerSpec
    {
        public override LayerPlan Plan(IReadOnlyList<int> input) => new(input);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Dropout>(
            "dropout",
            "Sets random values to 0 in training; the mask comes from the experiment's seed.",
            "{dropout: 0.5}",
            new Section<Dropout>([LayerFields.Probability], v => new(v.Get(LayerFields.Probability))),
            "probability");
    }
}
