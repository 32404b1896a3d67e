using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.GRU with batch_first: the gates stand in the order reset, update, new.</summary>
    public sealed record Gru(
        int Hidden, int Layers = 1, bool Bidirectional = false, bool Bias = true, double DropProbability = 0, SequenceOutput Output = SequenceOutput.Last)
        : Recurrent(Hidden, Layers, Bidirectional, Bias, DropProbability, Output)
    {
        public override int Gates => 3;

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Gru>(
            "gru",
            "Reads a sequence place by place, with one memory (Cho et al., 2014).",
            "{gru: {hidden: 64, layers: 2, dropout: 0.2}}",
            Settings<Gru>((hidden, layers, bidirectional, bias, dropout, output) => new(hidden, layers, bidirectional, bias, dropout, output)),
            "hidden")
        {
            Also = ["rnn"],
        };
    }
}
