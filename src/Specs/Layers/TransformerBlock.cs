using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.TransformerEncoderLayer with batch_first: attention and two linear layers, each added to its input and normalised.</summary>
    public sealed record TransformerBlock(int Heads) : LayerSpec
    {
        private static readonly SpecField<int> FeedforwardField = SpecField<int>.Optional(
            "feedforward", new CountType(1, 1 << 20), "4 x width", "Numbers between the two linear layers.", "256");

        private static readonly SpecField<double> DropoutField = SequenceFields.Dropout(
            0.1, "the attention's weights, of both results and of the values between the linear layers");

        private static readonly SpecField<Activation> ActivationField = SpecField<Activation>.WithDefault(
            "activation", new EnumType<Activation>(), Activation.Relu, "Between the two linear layers.", "gelu");

        private static readonly SpecField<bool> NormFirstField = SpecField<bool>.WithDefault(
            "norm_first", new BooleanType(), false, "Normalises what goes into attention and linear layers (as GPT-2), and not the sums.", "true");

        public bool Causal { get; init; }

        /// <summary>Numbers between the two linear layers; <c>null</c>: four times the width.</summary>
        public int? Feedforward { get; init; }

        public double DropProbability { get; init; } = 0.1;

        public Activation Activation { get; init; }

        public bool NormFirst { get; init; }

        public double Epsilon { get; init; } = 1e-5;

        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Sequence;

        /// <summary>The attention inside.</summary>
        public MultiHeadAttention Attention => new(Heads, Causal, DropProbability);

        public int WideOf(int width) => Feedforward ?? (4 * width);

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            var attention = Attention.Plan(input);
            if (attention.Problem is not null)
            {
                return attention;
            }

            var (length, width) = (input[0], input[1]);
            var wide = WideOf(width);
            return attention with
            {
                Parameters =
                [
                    .. attention.Parameters.Select(tensor => tensor with { Name = $"self_attn.{tensor.Name}" }),
                    new("linear1.weight", [wide, width]), new("linear1.bias", [wide]), new("linear2.weight", [width, wide]), new("linear2.bias", [width]),
                    new("norm1.weight", [width]), new("norm1.bias", [width]), new("norm2.weight", [width]), new("norm2.bias", [width]),
                ],
                Inner = [.. attention.Inner, input, input, [length, wide], [length, wide], input],
                MultiplyAdds = attention.MultiplyAdds + (2.0 * length * width * wide),
            };
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, TransformerBlock>(
            "transformer_block",
            "A block of a transformer: attention, then two linear layers at each place, each added to its input.",
            "{transformer_block: {heads: 4, causal: true}}",
            new Section<TransformerBlock>(
                [
                    SequenceFields.Heads, SequenceFields.Causal, FeedforwardField, DropoutField, ActivationField, NormFirstField, LayerFields.Epsilon,
                ],
                v => new(v.Get(SequenceFields.Heads))
                {
                    Causal = v.Get(SequenceFields.Causal),
                    Feedforward = v.MaybeValue(FeedforwardField),
                    DropProbability = v.Get(DropoutField),
                    Activation = v.Get(ActivationField),
                    NormFirst = v.Get(NormFirstField),
                    Epsilon = v.Get(LayerFields.Epsilon),
                }),
            "heads")
        {
            Also = ["transformer_encoder_layer", "transformer", "encoder_layer"],
        };
    }
}
