using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace Sheaf.Tests.Interop.References;

/// <summary>Resolves the references of one DLL into a set of assemblies: every type, and every method and field by name and full signature.</summary>
internal sealed class ReferenceChecker(AssemblySet assemblies, IReadOnlySet<string> into)
{
    private readonly TypeResolver _types = new(assemblies);

    /// <returns>"[Assembly]Type" or "[Assembly]Type::Member signature" of each reference that does not resolve, sorted.</returns>
    public IReadOnlyList<string> Unresolved(string name, IEnumerable<string> generatedCode)
    {
        var from = assemblies.Metadata(name) ?? throw new FileNotFoundException($"{name}.dll is not in the test's output folder: does the project refer to it?");
        var usage = new BodyScan(assemblies.Image(name), from, [.. generatedCode]);
        var problems = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in from.TypeReferences)
        {
            if (TypeResolver.ScopeOf(from, handle) is { } assembly && into.Contains(assembly))
            {
                var type = SignatureNames.Instance.GetTypeFromReference(from, handle, 0);
                if (_types.Resolve(from, handle) is not var (metadata, definition))
                {
                    problems.Add(type);
                }
                else if (!IsVisible(metadata, definition, name))
                {
                    problems.Add($"{type} (not public)");
                }
            }
        }

        foreach (var handle in from.MemberReferences)
        {
            var member = from.GetMemberReference(handle);
            if (TypeResolver.ScopeOf(from, member.Parent) is { } assembly && into.Contains(assembly) && !usage.OnlyInGeneratedCode(handle)
                && _types.Resolve(from, member.Parent) is var (metadata, type) && !Has(metadata, type, from, member, name))
            {
                problems.Add($"{OpenName(from, member.Parent)}::{from.GetString(member.Name)} {Signature(from, member)}");
            }
        }

        return [.. problems];
    }

    public static int Count(MetadataReader from, IReadOnlySet<string> into) =>
        from.TypeReferences.Count(h => into.Contains(TypeResolver.ScopeOf(from, h) ?? ""))
        + from.MemberReferences.Count(h => into.Contains(TypeResolver.ScopeOf(from, from.GetMemberReference(h).Parent) ?? ""));

    private static string OpenName(MetadataReader from, EntityHandle type)
    {
        var name = SignatureNames.Instance.Name(from, type, []);
        return name.Split('<')[0];
    }

    private static string Signature(MetadataReader from, MemberReference member) => member.GetKind() == MemberReferenceKind.Method
        ? SignatureNames.Method(member.DecodeMethodSignature(SignatureNames.Instance, []))
        : member.DecodeFieldSignature(SignatureNames.Instance, []);

    /// <summary>Looks in the type and then in its bases, with their type arguments put in.</summary>
    private bool Has(MetadataReader metadata, TypeDefinition type, MetadataReader from, MemberReference member, string referrer)
    {
        var wanted = Signature(from, member);
        var name = from.GetString(member.Name);
        var context = SignatureNames.OwnParameters(type.GetGenericParameters().Count);
        while (true)
        {
            var found = member.GetKind() == MemberReferenceKind.Method
                ? type.GetMethods().Select(metadata.GetMethodDefinition).Any(m => metadata.StringComparer.Equals(m.Name, name)
                    && SignatureNames.Method(m.DecodeSignature(SignatureNames.Instance, context)) == wanted
                    && IsVisible(metadata, (int)(m.Attributes & MethodAttributes.MemberAccessMask), referrer))
                : type.GetFields().Select(metadata.GetFieldDefinition).Any(f => metadata.StringComparer.Equals(f.Name, name)
                    && f.DecodeSignature(SignatureNames.Instance, context) == wanted
                    && IsVisible(metadata, (int)(f.Attributes & FieldAttributes.FieldAccessMask), referrer));
            if (found || type.BaseType.IsNil || _types.Resolve(metadata, type.BaseType) is not var (baseMetadata, baseType))
            {
                return found;
            }

            context = Arguments(metadata, type.BaseType, context);
            (metadata, type) = (baseMetadata, baseType);
        }
    }

    private static ImmutableArray<string> Arguments(MetadataReader metadata, EntityHandle baseType, ImmutableArray<string> context) =>
        baseType.Kind == HandleKind.TypeSpecification
            ? metadata.GetTypeSpecification((TypeSpecificationHandle)baseType).DecodeSignature(TypeArguments.Instance, context).Arguments
            : [];

    // Public, protected and protected internal have the same numbers for methods and fields; the rest needs a friend's access.
    private static bool IsVisible(MetadataReader metadata, int access, string referrer) =>
        access is 6 or 5 or 4 || (access is 3 or 2 && IsFriend(metadata, referrer));

    private static bool IsVisible(MetadataReader metadata, TypeDefinition type, string referrer)
    {
        if (IsFriend(metadata, referrer))
        {
            return true;
        }

        var visible = (type.Attributes & TypeAttributes.VisibilityMask)
            is TypeAttributes.Public or TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem;
        return visible && (!type.IsNested || IsVisible(metadata, metadata.GetTypeDefinition(type.GetDeclaringType()), referrer));
    }

    private static bool IsFriend(MetadataReader metadata, string referrer)
    {
        foreach (var attribute in metadata.GetAssemblyDefinition().GetCustomAttributes().Select(metadata.GetCustomAttribute))
        {
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)parent).Name, "InternalsVisibleToAttribute"))
            {
                var value = metadata.GetBlobReader(attribute.Value);
                value.ReadUInt16();
                if (value.ReadSerializedString()?.Split(',')[0] == referrer)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
