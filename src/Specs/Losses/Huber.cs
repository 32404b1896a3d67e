using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.HuberLoss.</summary>
    /// <param name="Delta">Differences up to it count squared, larger ones in proportion.</param>
    public sealed record Huber(double Delta = 1) : LossSpec
    {
        private static readonly SpecField<double> DeltaField = SpecField<double>.WithDefault(
            "delta", LossFields.Size, 1, "A difference d up to this counts d²/2, a larger one delta (|d| - delta/2).", "1");

        public override PredictionKind Predicts => PredictionKind.Number;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, Huber>(
            "huber",
            "Squares of small differences, large ones in proportion (regression).",
            "{huber: 1.5}",
            new Section<Huber>([DeltaField], v => new(v.Get(DeltaField))),
            "delta");
    }
}
