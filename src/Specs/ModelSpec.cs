namespace Sheaf.Specs;

public abstract record ModelSpec
{
    /// <summary>Layers applied one after the other; input sizes are inferred.</summary>
    public sealed record Sequential(IReadOnlyList<LayerSpec> Layers) : ModelSpec;

    /// <summary>A model that the user wrote in C#.</summary>
    public sealed record OfClass(UserClass Class) : ModelSpec;
}
