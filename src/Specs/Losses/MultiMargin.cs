using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.MultiMarginLoss without weights: the hinge loss for several classes.</summary>
    /// <param name="Margin">By how much the score of the right class should be above the others.</param>
    /// <param name="Power">1, or 2 for squares.</param>
    public sealed record MultiMargin(double Margin = 1, int Power = 1) : LossSpec
    {
        private static readonly SpecField<double> MarginField = SpecField<double>.WithDefault(
            "margin", LossFields.Size, 1, "By how much the score of the right class should be above every other.", "1");
        private static readonly SpecField<int> PowerField = SpecField<int>.WithDefault(
            "power", new CountType(1, 2), 1, "What lacks to the margin counts as it is (1) or squared (2).", "2");

        public override PredictionKind Predicts => PredictionKind.Class;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, MultiMargin>(
            "multi_margin",
            "What lacks to the margin between the right class's score and the others', as torch.nn.MultiMarginLoss (classification).",
            "multi_margin",
            new Section<MultiMargin>([MarginField, PowerField], v => new(v.Get(MarginField), v.Get(PowerField))))
        {
            Also = ["multiclass_hinge", "categorical_hinge", "crammer_singer"],
        };
    }
}
