using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>
    /// torch.nn.GaussianNLLLoss, of outputs [n, 2 targets]: first the means, then the logarithms of the variances, so that every output is a sound one.
    /// </summary>
    /// <param name="Full">Adds the constant ln(2π)/2.</param>
    /// <param name="Epsilon">No variance counts as smaller.</param>
    public sealed record GaussianNll(bool Full = false, double Epsilon = 1e-6) : LossSpec
    {
        private static readonly SpecField<bool> FullField = SpecField<bool>.WithDefault(
            "full", new BooleanType(), false, "Adds the constant ln(2π)/2.", "false");
        private static readonly SpecField<double> EpsilonField = SpecField<double>.WithDefault(
            "epsilon", LossFields.Size, 1e-6, "No variance counts as smaller.", "0.000001");

        public override PredictionKind Predicts => PredictionKind.Number;

        public override int OutputsPerTarget => 2;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, GaussianNll>(
            "gaussian_nll",
            "The negative log-likelihood of a normal distribution: the model has two outputs for each target, its mean and the logarithm of its variance; "
                + "of several targets first all means (regression).",
            "gaussian_nll",
            new Section<GaussianNll>([FullField, EpsilonField], v => new(v.Get(FullField), v.Get(EpsilonField))))
        {
            Also = ["gaussian", "normal_nll"],
        };
    }
}
