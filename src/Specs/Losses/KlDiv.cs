using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.KLDivLoss(reduction="batchmean"): log-probabilities [n, k] against a distribution [n, k].</summary>
    public sealed record KlDiv : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.Number;

        public override IReadOnlyList<string> LastLayers => ["log_softmax"];

        public override string Outputs => "log-probabilities";

        public override int MinTargets => 2;

        public override double SmallestTarget => 0;

        public override double LargestTarget => 1;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, KlDiv>(
            "kl_div",
            "The Kullback-Leibler divergence of the outputs, which are log-probabilities (the model ends with log_softmax), "
                + "from the targets, which are probabilities; "
                + "summed over a sample's outputs, as torch.nn.KLDivLoss(reduction=\"batchmean\").",
            "kl_div",
            new Section<KlDiv>([], _ => new()))
        {
            Also = ["kl", "kl_divergence", "kullback_leibler"],
        };
    }
}
