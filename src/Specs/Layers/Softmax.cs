using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Softmax over the columns of a vector, or of each place of a sequence [length, width].</summary>
    public sealed record Softmax : LayerSpec
    {
        public override SampleShape? Takes => SampleShape.Vector;

        public override bool WorksByPlace => true;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input.Count is 1 or 2 ? new(input) : LayerPlan.Misfit(input, 1, LayerFields.NeedsVector);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Softmax>(
            "softmax",
            "exp(x) over the sum of exp(x) of a sample's values: a vector, or each place of a sequence.",
            "softmax",
            new Section<Softmax>([], _ => new()));
    }
}
