using System.Globalization;
using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>Several ways from the same input, joined; their tensors are named as in a ModuleList of Sequentials, <c>branches.0.0.weight</c>.</summary>
    public sealed record Parallel(IReadOnlyList<IReadOnlyList<LayerSpec>> Ways, Joining Join = Joining.Concatenate) : Branches
    {
        private static readonly SpecField<IReadOnlyList<IReadOnlyList<LayerSpec>>> WaysField = SpecField<IReadOnlyList<IReadOnlyList<LayerSpec>>>.Required(
            "branches",
            new ListType<IReadOnlyList<LayerSpec>>(new LayerListType(0), 2),
            "The ways, each a list of layers, one after the other; an empty one passes the input on.",
            "[[{conv2d: {out: 8, kernel: 1}}], [{conv2d: {out: 8, kernel: 3, padding: 1}}, relu]]",
            see: "list of lists of layers: those of model.layers");

        private static readonly SpecField<Joining> JoinField = SpecField<Joining>.WithDefault(
            "join",
            new EnumType<Joining>(),
            Joining.Concatenate,
            "concatenate: behind each other along the first dimension of a sample, an image's channels or a vector's columns. sum: added.",
            "sum");

        public override IReadOnlyList<LayerPath> Inside { get; } =
            [.. Ways.Select((way, index) => new LayerPath($"branches.{index.ToString(CultureInfo.InvariantCulture)}", way))];

        public override Joining Joining => Join;

        protected override string Fix => Join == Joining.Sum ? "all must make the same shape." : "all but the first number of the shapes must be the same.";

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Parallel>(
            "parallel",
            "Several ways from the same input, whose results are joined (as in Inception: Szegedy et al., 2014).",
            "{parallel: [[{linear: 8}, relu], [{linear: 8}, tanh]]}",
            new Section<Parallel>([WaysField, JoinField], v => new(v.Get(WaysField), v.Get(JoinField))),
            "branches")
        {
            ShorthandIsList = true,
            Also = ["branch", "inception", "concat"],
        };
    }
}
