using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record InitialisationSpec
{
    /// <summary>All weights and biases are 0: for models of one layer, as layers behind one another would all learn the same.</summary>
    public sealed record Zeros : InitialisationSpec
    {
        public override double SpreadOf(double fanIn, double fanOut) => 0;

        internal static Alternative<InitialisationSpec> InSpec { get; } = new Alternative<InitialisationSpec, Zeros>(
            "zeros", "All weights and biases are 0; only a model of one layer learns from there.", "zeros", new Section<Zeros>([], _ => new()))
        {
            Also = ["zero"],
        };
    }
}
