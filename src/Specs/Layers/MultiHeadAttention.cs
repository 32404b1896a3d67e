using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.MultiheadAttention of a sequence to itself, with batch_first: [length, width] to the same.</summary>
    /// <param name="DropProbability">Of the attention's weights.</param>
    public sealed record MultiHeadAttention(int Heads, bool Causal = false, double DropProbability = 0, bool Bias = true) : LayerSpec
    {
        private static readonly SpecField<double> DropoutField = SequenceFields.Dropout(0, "the attention's weights");

        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Sequence;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            if (input is not [var length, var width])
            {
                return LayerPlan.Misfit(input, 2, SequenceFields.NeedsSequence);
            }

            return new(input)
            {
                Problem = width % Heads == 0 ? null : $"cuts a width of {width} into {Heads} heads; heads must divide the width.",
                Parameters = Bias
                    ? [new("in_proj_weight", [3 * width, width]), new("in_proj_bias", [3 * width]), new("out_proj.weight", [width, width]),
                        new("out_proj.bias", [width])]
                    : [new("in_proj_weight", [3 * width, width]), new("out_proj.weight", [width, width])],
                Inner = [[length, 3 * width], [Heads, length, length], [length, width]],
                MultiplyAdds = (4.0 * length * width * width) + (2.0 * length * length * width),
            };
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, MultiHeadAttention>(
            "multi_head_attention",
            "Each place of a sequence takes from all others what it looks for (Vaswani et al., 2017).",
            "{multi_head_attention: {heads: 4, causal: true}}",
            new Section<MultiHeadAttention>(
                [SequenceFields.Heads, SequenceFields.Causal, DropoutField, LayerFields.Bias],
                v => new(v.Get(SequenceFields.Heads), v.Get(SequenceFields.Causal), v.Get(DropoutField), v.Get(LayerFields.Bias))),
            "heads")
        {
            Also = ["attention", "self_attention", "mha"],
        };
    }
}
