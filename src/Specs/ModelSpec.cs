using System.Globalization;

namespace Sheaf.Specs;

public abstract record ModelSpec
{
    /// <summary>Layers applied one after the other; input sizes are inferred.</summary>
    /// <param name="Layers">Those of the network first, where there is one.</param>
    public sealed record Sequential(IReadOnlyList<LayerSpec> Layers) : ModelSpec
    {
        private readonly IReadOnlyList<string> _names = [];

        /// <summary>A network, and layers behind it.</summary>
        public static Sequential Of(NetworkSpec network, IReadOnlyList<LayerSpec> layers)
        {
            ArgumentNullException.ThrowIfNull(network);
            var path = network.Path();
            return new Sequential([.. path.Layers, .. layers], network, path.Names!);
        }

        private Sequential(IReadOnlyList<LayerSpec> layers, NetworkSpec network, IReadOnlyList<string> names)
            : this(layers) => (Network, _names) = (network, names);

        /// <summary><c>null</c>: the layers are all the user's own.</summary>
        public NetworkSpec? Network { get; }

        /// <summary>What the names of a layer's tensors begin with, as in PyTorch: <c>0</c>, or <c>conv1</c> of a network.</summary>
        public string NameOf(int layer) => layer < _names.Count ? _names[layer] : (layer - _names.Count).ToString(CultureInfo.InvariantCulture);

        /// <summary>What messages call a layer.</summary>
        public string PlaceOf(int layer) => layer < _names.Count ? $"{Network!.Name} {_names[layer]}" : $"layers[{layer - _names.Count}]";
    }

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
