namespace Sheaf.Specs;

public abstract record ModelSpec
{
    /// <summary>Layers applied one after the other; input sizes are inferred.</summary>
    public sealed record Sequential(IReadOnlyList<LayerSpec> Layers) : ModelSpec;

    /// <summary>A model that the user wrote in C#.</summary>
    public sealed record OfClass(UserClass Class) : ModelSpec;

    /// <summary>A model that PyTorch has scripted or traced, and saved with <c>torch.jit.save</c>.</summary>
    /// <param name="File">Absolute.</param>
    /// <param name="Package">SHA-256 of the package with the file; <c>null</c> before it is made.</param>
    public sealed record TorchScript(string File, string? Package) : ModelSpec
    {
        /// <summary>What the file is called in its package.</summary>
        public const string FileInPackage = "model.pt";
    }

    /// <summary>The model is not Sheaf's own layers; what it is made of is found out by trying it.</summary>
    public bool IsOfUser => this is OfClass or TorchScript;

    /// <summary>What messages call it: null where it is layers.</summary>
    public string? UserName => this switch
    {
        OfClass { Class.Type: var type } => type,
        TorchScript { File: var file } => Path.GetFileName(file),
        _ => null,
    };
}
