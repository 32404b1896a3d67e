using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>The optimizers that a spec can name.</summary>
internal static class OptimizerSection
{
    public static ChoiceType<OptimizerSpec> Type { get; } = new(
        "optimizer",
        [
            OptimizerSpec.Sgd.InSpec,
            OptimizerSpec.Adam.InSpec,
            OptimizerSpec.Adam.DecoupledInSpec,
            OptimizerSpec.RmsProp.InSpec,
            OptimizerSpec.Adagrad.InSpec,
            OptimizerSpec.Adadelta.InSpec,
            OptimizerSpec.Adamax.InSpec,
            OptimizerSpec.Nadam.InSpec,
            OptimizerSpec.Rprop.InSpec,
        ])
    {
        Reserved = ["assembly", "type", "lamb", "lars", "lion"],
    };
}
