using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.SmoothL1Loss: Huber's loss divided by its delta.</summary>
    /// <param name="Beta">Differences up to it count squared, larger ones in proportion.</param>
    public sealed record SmoothL1(double Beta = 1) : LossSpec
    {
        private static readonly SpecField<double> BetaField = SpecField<double>.WithDefault(
            "beta", LossFields.Size, 1, "A difference d up to this counts d²/(2 beta), a larger one |d| - beta/2.", "1");

        public override PredictionKind Predicts => PredictionKind.Number;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, SmoothL1>(
            "smooth_l1",
            "Absolute differences, smooth around 0 (regression).",
            "smooth_l1",
            new Section<SmoothL1>([BetaField], v => new(v.Get(BetaField))),
            "beta");
    }
}
