using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>Some neighbouring columns of a vector, such as those that number categories.</summary>
    /// <param name="From">The first; 0 is the vector's first.</param>
    /// <param name="To">The last, included.</param>
    public sealed record Columns(int From, int To) : LayerSpec
    {
        private static readonly SpecField<int> FromField = SpecField<int>.WithDefault(
            "from", new CountType(0, 1 << 20), 0, "The first column; 0 is the vector's first.", "2");

        private static readonly SpecField<int> ToField = SpecField<int>.Required("to", new CountType(0, 1 << 20), "The last column; included.", "4");

        public override SampleShape? Takes => SampleShape.Vector;

        public override LayerPlan Plan(IReadOnlyList<int> input) => input is not [var columns] ? LayerPlan.Misfit(input, 1, LayerFields.NeedsVector)
            : To < From ? new(input) { Problem = $"takes columns from {From} to {To}; from is at most to." }
            : To >= columns ? new(input) { Problem = $"takes column {To} of {columns}, 0 to {columns - 1}." }
            : new([To - From + 1]);

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Columns>(
            "columns",
            "Some columns of a vector: in branches of parallel, categories go through an embedding and numbers around it.",
            "{columns: {from: 0, to: 1}}",
            new Section<Columns>([FromField, ToField], v => new(v.Get(FromField), v.Get(ToField))))
        {
            Also = ["select", "slice", "narrow"],
        };
    }
}
