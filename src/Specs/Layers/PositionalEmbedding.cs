using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>Adds to each place of a sequence [length, width] what tells it from the others: the weight [length, width], or sines and cosines.</summary>
    public sealed record PositionalEmbedding(PositionKind Kind = PositionKind.Learned) : LayerSpec
    {
        private static readonly SpecField<PositionKind> KindField = SpecField<PositionKind>.WithDefault(
            "kind",
            new EnumType<PositionKind>(),
            PositionKind.Learned,
            "learned: a vector for each place, drawn as an embedding's. sinusoidal: fixed sines and cosines (Vaswani et al., 2017).",
            "sinusoidal");

        public override SampleShape? Takes => SampleShape.Sequence;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input.Count != 2 ? LayerPlan.Misfit(input, 2, SequenceFields.NeedsSequence)
            : new(input) { Parameters = Kind == PositionKind.Learned ? [new("weight", input)] : [] };

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, PositionalEmbedding>(
            "positional_embedding",
            "Tells attention at which place of a sequence a vector stands, by what is added to it.",
            "positional_embedding",
            new Section<PositionalEmbedding>([KindField], v => new(v.Get(KindField))),
            "kind")
        {
            Also = ["positional_encoding", "position_embedding"],
        };
    }
}
