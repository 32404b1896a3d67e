using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Flatten: a sample's values as one vector.</summary>
    public sealed record Flatten : LayerSpec
    {
        public override SampleShape? Makes => SampleShape.Vector;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            var size = input.Aggregate(1L, (product, each) => product * each);
            return size > int.MaxValue
                ? new(input) { Problem = $"makes {size} values of a sample; at most {int.MaxValue} are possible." }
                : new([(int)size]);
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Flatten>(
            "flatten", "An image to a vector.", "flatten", new Section<Flatten>([], _ => new()));
    }
}
