using Sheaf.Specs.Losses;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>max(0, margin - t x), where t is 1 for a target of at least 0.5 and -1 for any other: a support vector machine's.</summary>
    public sealed record Hinge(double Margin = 1) : LossSpec
    {
        private static readonly SpecField<double> MarginField = SpecField<double>.WithDefault(
            "margin", LossFields.Size, 1, "Outputs that are right by this much cost nothing.", "1");

        public override PredictionKind Predicts => PredictionKind.YesOrNo;

        public override double SmallestTarget => -1;

        public override double LargestTarget => 1;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, Hinge>(
            "hinge",
            "max(0, margin - t x): yes or no, t = 1 where the target is 1 and t = -1 where it is 0 or -1.",
            "hinge",
            new Section<Hinge>([MarginField], v => new(v.Get(MarginField))),
            "margin")
        {
            Also = ["svm", "soft_margin", "hinge_embedding"],
        };
    }
}
