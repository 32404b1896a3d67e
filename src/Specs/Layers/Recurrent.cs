using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>A network that reads a sequence place by place: [length, width] to [<paramref name="Hidden"/>], or to [length, hidden].</summary>
    /// <param name="Layers">One upon the other.</param>
    /// <param name="DropProbability">Between the layers.</param>
    public abstract record Recurrent(int Hidden, int Layers, bool Bidirectional, bool Bias, double DropProbability, SequenceOutput Output) : LayerSpec
    {
        private static readonly SpecField<double> DropoutField = SequenceFields.Dropout(0, "values between its layers");

        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Sequence;

        public override SampleShape? Makes => Output == SequenceOutput.Last ? SampleShape.Vector : SampleShape.Sequence;

        /// <summary>Weighted sums for each number of the state.</summary>
        public abstract int Gates { get; }

        public int Directions => Bidirectional ? 2 : 1;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            if (input is not [var length, var width])
            {
                return LayerPlan.Misfit(input, 2, SequenceFields.NeedsSequence);
            }

            var (tensors, products, rows) = (new List<LayerTensor>(), 0.0, Gates * Hidden);
            foreach (var (inputs, suffix) in Parts(width))
            {
                tensors.AddRange([new($"weight_ih_{suffix}", [rows, inputs]), new($"weight_hh_{suffix}", [rows, Hidden])]);
                tensors.AddRange(Bias ? [new($"bias_ih_{suffix}", [rows]), new($"bias_hh_{suffix}", [rows])] : []);
                products += (double)length * rows * (inputs + Hidden);
            }

            return new(Output == SequenceOutput.Last ? [Directions * Hidden] : [length, Directions * Hidden])
            {
                Parameters = tensors,
                MultiplyAdds = products,
                Inner = [.. Enumerable.Repeat<IReadOnlyList<int>>([length, rows + Hidden], Layers * Directions)],
                Problem = Layers == 1 && DropProbability > 0
                    ? $"has a dropout of {DropProbability:R} and one layer; it works between layers: raise layers, or remove it and put a layer dropout behind."
                    : null,
            };
        }

        /// <summary>Each direction of each layer in PyTorch's order: the width of what goes in, and how its tensors' names end.</summary>
        public IEnumerable<(int Inputs, string Suffix)> Parts(int width) =>
            from layer in Enumerable.Range(0, Layers)
            from direction in Enumerable.Range(0, Directions)
            select (layer == 0 ? width : Directions * Hidden, $"l{layer}{(direction == 0 ? "" : "_reverse")}");

        /// <param name="make">From hidden, layers, bidirectional, bias, dropout and output.</param>
        private protected static Section<T> Settings<T>(Func<int, int, bool, bool, double, SequenceOutput, T> make)
            where T : Recurrent => new(
            [SequenceFields.Hidden, SequenceFields.Layers, SequenceFields.Bidirectional, LayerFields.Bias, DropoutField, SequenceFields.Output],
            v => make(
                v.Get(SequenceFields.Hidden),
                v.Get(SequenceFields.Layers),
                v.Get(SequenceFields.Bidirectional),
                v.Get(LayerFields.Bias),
                v.Get(DropoutField),
                v.Get(SequenceFields.Output)));
    }
}
