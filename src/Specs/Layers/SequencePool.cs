using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>A sequence [length, width] to one vector [width].</summary>
    public sealed record SequencePool(SequencePooling By = SequencePooling.Mean) : LayerSpec
    {
        private static readonly SpecField<SequencePooling> ByField = SpecField<SequencePooling>.WithDefault(
            "by",
            new EnumType<SequencePooling>(),
            SequencePooling.Mean,
            "The mean or the largest value of each column, or the last or the first place.",
            "last");

        public override SampleShape? Takes => SampleShape.Sequence;

        public override SampleShape? Makes => SampleShape.Vector;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input is [_, var width] ? new([width])
            : LayerPlan.Misfit(input, 2, SequenceFields.NeedsSequence);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, SequencePool>(
            "sequence_pool",
            "One vector of a sequence [length, width]: its mean, its largest values, or its last or first place.",
            "{sequence_pool: mean}",
            new Section<SequencePool>([ByField], v => new(v.Get(ByField))),
            "by")
        {
            Also = ["mean_pooling", "global_average_pooling1d", "global_max_pooling1d"],
        };
    }
}
