using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Embedding: whole numbers [length] to [length, <paramref name="Width"/>].</summary>
    /// <param name="Count">The numbers are 0 to one below it.</param>
    public sealed record Embedding(int Count, int Width) : LayerSpec
    {
        private static readonly SpecField<int> CountField = SpecField<int>.Required(
            "count", new CountType(1, 1 << 24), "How many different numbers there are: 0 to one below it.", "128");

        private static readonly SpecField<int> WidthField = SpecField<int>.Required(
            "width", new CountType(1, 1 << 20), "Learned values for each of them.", "64");

        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Vector;

        public override SampleShape? Makes => SampleShape.Sequence;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input is [var length]
            ? new([length, Width]) { Parameters = [new("weight", [Count, Width])] }
            : LayerPlan.Misfit(input, 1, LayerFields.NeedsVector);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Embedding>(
            "embedding",
            "Whole numbers, such as the characters of a text, to learned vectors: a sequence [length, width].",
            "{embedding: {count: 128, width: 64}}",
            new Section<Embedding>([CountField, WidthField], v => new(v.Get(CountField), v.Get(WidthField))))
        {
            Also = ["embed", "token_embedding"],
        };
    }
}
