using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Sheaf.Tests.Interop.References;

/// <summary>
/// Writes a signature so that two are equal if the runtime would bind one to the other: types with the assembly that they are from (the framework's
/// own without, for they move between its assemblies), generic parameters as !0 and !!0 or as what the context says, custom modifiers included.
/// </summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, ImmutableArray<string>>
{
    public static readonly SignatureNames Instance = new();

    public static string AssemblyOf(MetadataReader metadata) => metadata.GetString(metadata.GetAssemblyDefinition().Name);

    public static string Qualify(string assembly, string type) =>
        assembly.StartsWith("System.", StringComparison.Ordinal) || assembly is "mscorlib" or "netstandard" ? type : $"[{assembly}]{type}";

    public static ImmutableArray<string> OwnParameters(int count) => [.. Enumerable.Range(0, count).Select(i => $"!{i}")];

    public string Name(MetadataReader metadata, EntityHandle type, ImmutableArray<string> context) => type.Kind switch
    {
        HandleKind.TypeDefinition => GetTypeFromDefinition(metadata, (TypeDefinitionHandle)type, 0),
        HandleKind.TypeReference => GetTypeFromReference(metadata, (TypeReferenceHandle)type, 0),
        HandleKind.TypeSpecification => GetTypeFromSpecification(metadata, context, (TypeSpecificationHandle)type, 0),
        _ => throw new ArgumentException($"{type.Kind} is no type."),
    };

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.IsNested
            ? $"{GetTypeFromDefinition(reader, type.GetDeclaringType(), 0)}+{name}"
            : Qualify(AssemblyOf(reader), Join(reader.GetString(type.Namespace), name));
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)}+{name}",
            HandleKind.AssemblyReference => Qualify(
                reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
                Join(reader.GetString(type.Namespace), name)),
            _ => Qualify(AssemblyOf(reader), Join(reader.GetString(type.Namespace), name)),
        };
    }

    public string GetTypeFromSpecification(MetadataReader reader, ImmutableArray<string> genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(",", typeArguments)}>";

    public string GetGenericTypeParameter(ImmutableArray<string> genericContext, int index) =>
        index < genericContext.Length ? genericContext[index] : $"!{index}";

    public string GetGenericMethodParameter(ImmutableArray<string> genericContext, int index) => $"!!{index}";

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => $"fnptr {Method(signature)}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
        $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    public static string Method(MethodSignature<string> signature) =>
        $"{(signature.Header.IsInstance ? "instance " : "")}{signature.ReturnType} `{signature.GenericParameterCount}({string.Join(",", signature.ParameterTypes)})";

    private static string Join(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
