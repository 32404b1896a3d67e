using System.Reflection;
using System.Reflection.Metadata;

namespace Sheaf.Tests.Interop.References;

/// <summary>Finds the definition that a type reference means, through type forwards, as the runtime does.</summary>
internal sealed class TypeResolver(AssemblySet assemblies)
{
    public (MetadataReader Metadata, TypeDefinition Type)? Resolve(MetadataReader from, EntityHandle type)
    {
        if (type.Kind == HandleKind.TypeSpecification)
        {
            // Of a generic instantiation only the open type matters here; arrays and the like have no members of ours.
            var blob = from.GetBlobReader(from.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
            if (blob.ReadByte() != (byte)SignatureTypeCode.GenericTypeInstance)
            {
                return null;
            }

            blob.ReadByte();
            return Resolve(from, blob.ReadTypeHandle());
        }

        if (type.Kind == HandleKind.TypeDefinition)
        {
            return (from, from.GetTypeDefinition((TypeDefinitionHandle)type));
        }

        var reference = from.GetTypeReference((TypeReferenceHandle)type);
        var name = from.GetString(reference.Name);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return Resolve(from, reference.ResolutionScope) is not var (metadata, outer) ? null : Find(metadata, outer.GetNestedTypes(), "", name);
        }

        return reference.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? InAssembly(AssemblyOf(from, reference), from.GetString(reference.Namespace), name)
            : Find(from, from.TypeDefinitions, from.GetString(reference.Namespace), name);
    }

    /// <returns>The assembly's simple name that the reference names, or null for one within the module.</returns>
    public static string? ScopeOf(MetadataReader from, EntityHandle type)
    {
        while (type.Kind == HandleKind.TypeReference)
        {
            var reference = from.GetTypeReference((TypeReferenceHandle)type);
            if (reference.ResolutionScope.Kind == HandleKind.AssemblyReference)
            {
                return AssemblyOf(from, reference);
            }

            type = reference.ResolutionScope;
        }

        if (type.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        var blob = from.GetBlobReader(from.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
        if (blob.ReadByte() != (byte)SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadByte();
        return ScopeOf(from, blob.ReadTypeHandle());
    }

    private static string AssemblyOf(MetadataReader from, TypeReference reference) =>
        from.GetString(from.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);

    private (MetadataReader Metadata, TypeDefinition Type)? InAssembly(string assembly, string space, string name)
    {
        if (assemblies.Metadata(assembly) is not { } metadata)
        {
            return null;
        }

        if (Find(metadata, metadata.TypeDefinitions, space, name) is { } found)
        {
            return found;
        }

        foreach (var exported in metadata.ExportedTypes.Select(metadata.GetExportedType))
        {
            if (exported.IsForwarder && metadata.StringComparer.Equals(exported.Name, name) && metadata.StringComparer.Equals(exported.Namespace, space))
            {
                var target = metadata.GetAssemblyReference((AssemblyReferenceHandle)exported.Implementation);
                return InAssembly(metadata.GetString(target.Name), space, name);
            }
        }

        return null;
    }

    private static (MetadataReader Metadata, TypeDefinition Type)? Find(
        MetadataReader metadata, IEnumerable<TypeDefinitionHandle> candidates, string space, string name)
    {
        foreach (var type in candidates.Select(metadata.GetTypeDefinition))
        {
            if (metadata.StringComparer.Equals(type.Name, name) && metadata.StringComparer.Equals(type.Namespace, space)
                && (type.Attributes & TypeAttributes.VisibilityMask) != TypeAttributes.NestedPrivate)
            {
                return (metadata, type);
            }
        }

        return null;
    }
}
