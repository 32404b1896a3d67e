using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record InitialisationSpec
{
    /// <summary>As torch.nn's modules draw theirs: weights and biases uniform in ±1/√fan_in.</summary>
    public sealed record Default : InitialisationSpec
    {
        public override bool IsUniform => true;

        public override bool DrawsBiases => true;

        public override double SpreadOf(double fanIn, double fanOut) => 1 / Math.Sqrt(fanIn);

        internal static Alternative<InitialisationSpec> InSpec { get; } = new Alternative<InitialisationSpec, Default>(
            "default", "As PyTorch's modules: weights and biases uniform in ±1/√fan_in.", "default", new Section<Default>([], _ => new()))
        {
            Also = ["pytorch", "torch"],
        };
    }
}
