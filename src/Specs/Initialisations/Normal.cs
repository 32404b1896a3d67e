using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record InitialisationSpec
{
    /// <summary>torch.nn.init.normal_; biases are 0.</summary>
    public sealed record Normal(double Std = 0.01, double Mean = 0) : InitialisationSpec
    {
        private static readonly SpecField<double> StdField = SpecField<double>.WithDefault("std", NumberType.Positive, 0.01, "The deviation.", "0.02");

        private static readonly SpecField<double> MeanField = SpecField<double>.WithDefault("mean", NumberType.Any, 0, "The mean.", "0");

        public override double Mean { get; } = Mean;

        public override double SpreadOf(double fanIn, double fanOut) => Std;

        internal static Alternative<InitialisationSpec> InSpec { get; } = new Alternative<InitialisationSpec, Normal>(
            "normal",
            "The same deviation for all layers, biases 0.",
            "{normal: 0.02}",
            new Section<Normal>([StdField, MeanField], v => new(v.Get(StdField), v.Get(MeanField))),
            "std");
    }
}
