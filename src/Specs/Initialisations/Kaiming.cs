using Sheaf.Specs.Initialisations;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record InitialisationSpec
{
    /// <summary>torch.nn.init.kaiming_normal_ and kaiming_uniform_ for relu; biases are 0.</summary>
    public sealed record Kaiming(Distribution Distribution = Distribution.Normal, FanMode Mode = FanMode.FanIn) : InitialisationSpec
    {
        private static readonly SpecField<Distribution> DistributionField = InitialisationFields.Distribution(Distribution.Normal);

        private static readonly SpecField<FanMode> ModeField = SpecField<FanMode>.WithDefault(
            "mode",
            new EnumType<FanMode>(),
            FanMode.FanIn,
            "fan_in keeps the size of values on their way forward, fan_out that of gradients on their way back.",
            "fan_out");

        public override bool IsUniform => Distribution == Distribution.Uniform;

        public override double SpreadOf(double fanIn, double fanOut) =>
            Math.Sqrt(2 / (Mode == FanMode.FanIn ? fanIn : fanOut)) * (IsUniform ? Math.Sqrt(3) : 1);

        internal static Alternative<InitialisationSpec> InSpec { get; } = new Alternative<InitialisationSpec, Kaiming>(
            "kaiming",
            "For layers with relu behind them: deviation √(2/fan), biases 0.",
            "{kaiming: {distribution: normal, mode: fan_out}}",
            new Section<Kaiming>([DistributionField, ModeField], v => new(v.Get(DistributionField), v.Get(ModeField))))
        {
            Also = ["he", "kaiming_normal", "kaiming_uniform", "he_normal", "he_uniform"],
        };
    }
}
