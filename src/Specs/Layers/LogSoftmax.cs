using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.LogSoftmax over the columns of a vector, or of each place of a sequence [length, width].</summary>
    public sealed record LogSoftmax : LayerSpec
    {
        public override SampleShape? Takes => SampleShape.Vector;

        public override bool WorksByPlace => true;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input.Count is 1 or 2 ? new(input) : LayerPlan.Misfit(input, 1, LayerFields.NeedsVector);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, LogSoftmax>(
            "log_softmax", "The logarithm of softmax.", "log_softmax", new Section<LogSoftmax>([], _ => new()));
    }
}
