using Sheaf.Specs.Layers;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>A part of a network: layers under the names that PyTorch has for them, which a spec names by its network alone.</summary>
    public sealed record Block(string Called, IReadOnlyList<LayerPath> Paths, bool Rectified = false) : Branches
    {
        public override string Name => Called;

        public override IReadOnlyList<LayerPath> Inside => Paths;

        public override bool IsRectified => Rectified;

        /// <summary>One layer after the other, as torch.nn.Sequential.</summary>
        public static Block Sequential(string called, params IReadOnlyList<LayerSpec> layers) => new(called, [new("", layers)]);
    }
}
