using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.GroupNorm: each sample over the values of each group of channels.</summary>
    public sealed record GroupNorm(int Groups, double Epsilon = 1e-5) : LayerSpec
    {
        private static readonly SpecField<int> GroupsField = SpecField<int>.Required(
            "groups", new CountType(1, 1 << 20), "How many groups the channels are cut into; divides them.", "4");

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            var values = input.Aggregate(1L, (product, size) => product * size) / Groups;
            var problem = input[0] % Groups != 0 ? $"cuts {input[0]} channels into {Groups} groups; groups must divide the channels."
                : values < 2 ? $"normalises groups of a single value, which become 0; choose fewer than {Groups} groups."
                : null;
            return new(input) { Parameters = LayerFields.Tensors([input[0]], bias: true, input[0]), Problem = problem };
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, GroupNorm>(
            "group_norm",
            "Normalisation of each sample over groups of channels.",
            "{group_norm: 4}",
            new Section<GroupNorm>([GroupsField, LayerFields.Epsilon], v => new(v.Get(GroupsField), v.Get(LayerFields.Epsilon))),
            "groups")
        {
            Also = ["gn", "instance_norm", "group_normalization"],
        };
    }
}
