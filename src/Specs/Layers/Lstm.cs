using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.LSTM with batch_first: the gates stand in the order input, forget, cell, output.</summary>
    public sealed record Lstm(
        int Hidden, int Layers = 1, bool Bidirectional = false, bool Bias = true, double DropProbability = 0, SequenceOutput Output = SequenceOutput.Last)
        : Recurrent(Hidden, Layers, Bidirectional, Bias, DropProbability, Output)
    {
        public override int Gates => 4;

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Lstm>(
            "lstm",
            "Reads a sequence place by place, with a long and a short memory (Hochreiter and Schmidhuber, 1997).",
            "{lstm: 64}",
            Settings<Lstm>((hidden, layers, bidirectional, bias, dropout, output) => new(hidden, layers, bidirectional, bias, dropout, output)),
            "hidden");
    }
}
