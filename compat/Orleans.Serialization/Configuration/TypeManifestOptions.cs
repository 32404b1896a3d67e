namespace Orleans.Serialization.Configuration;

/// <summary>What generated code registers officially. The manifests of the official assemblies are not applied here, so the sets stay as an application fills them.</summary>
public sealed class TypeManifestOptions
{
    public HashSet<Type> Interfaces { get; } = [];

    public HashSet<Type> InterfaceImplementations { get; } = [];

    public Dictionary<string, Type> WellKnownTypeAliases { get; } = [];
}
