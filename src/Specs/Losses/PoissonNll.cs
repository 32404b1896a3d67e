using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.PoissonNLLLoss: for counts.</summary>
    /// <param name="LogInput">Outputs are the logarithm of the expected count.</param>
    /// <param name="Full">Adds Stirling's term of the target.</param>
    /// <param name="Epsilon">Added to an expected count before its logarithm is taken.</param>
    public sealed record PoissonNll(bool LogInput = true, bool Full = false, double Epsilon = 1e-8) : LossSpec
    {
        private static readonly SpecField<bool> LogInputField = SpecField<bool>.WithDefault(
            "log_input",
            new BooleanType(),
            true,
            "The outputs are the logarithm of the expected count; else the count itself, which the last layer must keep above 0.",
            "true");
        private static readonly SpecField<bool> FullField = SpecField<bool>.WithDefault(
            "full", new BooleanType(), false, "Adds what depends on the target alone (Stirling's approximation).", "false");
        private static readonly SpecField<double> EpsilonField = SpecField<double>.WithDefault(
            "epsilon", LossFields.Size, 1e-8, "Added to an expected count before its logarithm is taken; without log_input.", "0.00000001");

        public override PredictionKind Predicts => PredictionKind.Number;

        public override double SmallestTarget => 0;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, PoissonNll>(
            "poisson_nll",
            "The negative log-likelihood of counts (regression of numbers of 0 or more).",
            "poisson_nll",
            new Section<PoissonNll>([LogInputField, FullField, EpsilonField], v => new(v.Get(LogInputField), v.Get(FullField), v.Get(EpsilonField))))
        {
            Also = ["poisson"],
        };
    }
}
