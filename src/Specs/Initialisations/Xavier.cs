using Sheaf.Specs.Initialisations;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record InitialisationSpec
{
    /// <summary>torch.nn.init.xavier_uniform_ and xavier_normal_; biases are 0.</summary>
    public sealed record Xavier(Distribution Distribution = Distribution.Uniform, double Gain = 1) : InitialisationSpec
    {
        private static readonly SpecField<Distribution> DistributionField = InitialisationFields.Distribution(Distribution.Uniform);

        private static readonly SpecField<double> GainField = SpecField<double>.WithDefault(
            "gain", NumberType.Positive, 1, "What the deviation is multiplied by.", "1.6666666666666667");

        public override bool IsUniform => Distribution == Distribution.Uniform;

        public override double SpreadOf(double fanIn, double fanOut) => Gain * Math.Sqrt(2 / (fanIn + fanOut)) * (IsUniform ? Math.Sqrt(3) : 1);

        internal static Alternative<InitialisationSpec> InSpec { get; } = new Alternative<InitialisationSpec, Xavier>(
            "xavier",
            "For layers with tanh or sigmoid behind them: deviation gain √(2/(fan_in + fan_out)), biases 0.",
            "xavier",
            new Section<Xavier>([DistributionField, GainField], v => new(v.Get(DistributionField), v.Get(GainField))))
        {
            Also = ["glorot", "xavier_uniform", "xavier_normal", "glorot_uniform", "glorot_normal"],
        };
    }
}
