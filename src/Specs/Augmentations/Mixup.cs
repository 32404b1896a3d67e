using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record AugmentationSpec
{
    /// <summary>
    /// H. Zhang, M. Cisse, Y. N. Dauphin, D. Lopez-Paz, "mixup: Beyond empirical risk minimization", 2018: each row becomes l times itself plus 1 - l times
    /// another training row, and its loss l times that of its own target plus 1 - l times that of the other's. l is drawn from Beta(alpha, alpha), once a
    /// step.
    /// </summary>
    public sealed record Mixup(double Alpha) : AugmentationSpec
    {
        private static readonly SpecField<double> AlphaField = SpecField<double>.Required(
            "alpha", new NumberType(0, 100, openMin: true), "How even the mixture is: small values leave most rows nearly as they are.", "0.2");

        public override bool NeedsImages => false;

        internal static Alternative<AugmentationSpec> InSpec { get; } = new Alternative<AugmentationSpec, Mixup>(
            "mixup",
            "Mixes each row, and its loss, with another training row's; last in the list. The metrics of a step compare with the row's own target.",
            "{mixup: 0.2}",
            new Section<Mixup>([AlphaField], v => new(v.Get(AlphaField))),
            "alpha")
        {
            Also = ["mix_up"],
        };
    }
}
