using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Sheaf.Tests.Interop.References;

/// <summary>Decodes a generic instantiation into the names of its arguments.</summary>
internal sealed class TypeArguments : ISignatureTypeProvider<(string Name, ImmutableArray<string> Arguments), ImmutableArray<string>>
{
    public static readonly TypeArguments Instance = new();

    private static SignatureNames Names => SignatureNames.Instance;

    public (string Name, ImmutableArray<string> Arguments) GetGenericInstantiation(
        (string Name, ImmutableArray<string> Arguments) genericType, ImmutableArray<(string Name, ImmutableArray<string> Arguments)> typeArguments)
    {
        var names = typeArguments.Select(a => a.Name).ToImmutableArray();
        return (Names.GetGenericInstantiation(genericType.Name, names), names);
    }

    public (string Name, ImmutableArray<string> Arguments) GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        (Names.GetTypeFromDefinition(reader, handle, rawTypeKind), []);

    public (string Name, ImmutableArray<string> Arguments) GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        (Names.GetTypeFromReference(reader, handle, rawTypeKind), []);

    public (string Name, ImmutableArray<string> Arguments) GetTypeFromSpecification(
        MetadataReader reader, ImmutableArray<string> genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        (Names.GetTypeFromSpecification(reader, genericContext, handle, rawTypeKind), []);

    public (string Name, ImmutableArray<string> Arguments) GetPrimitiveType(PrimitiveTypeCode typeCode) => (Names.GetPrimitiveType(typeCode), []);

    public (string Name, ImmutableArray<string> Arguments) GetGenericTypeParameter(ImmutableArray<string> genericContext, int index) =>
        (Names.GetGenericTypeParameter(genericContext, index), []);

    public (string Name, ImmutableArray<string> Arguments) GetGenericMethodParameter(ImmutableArray<string> genericContext, int index) =>
        (Names.GetGenericMethodParameter(genericContext, index), []);

    public (string Name, ImmutableArray<string> Arguments) GetSZArrayType((string Name, ImmutableArray<string> Arguments) elementType) =>
        (Names.GetSZArrayType(elementType.Name), []);

    public (string Name, ImmutableArray<string> Arguments) GetArrayType((string Name, ImmutableArray<string> Arguments) elementType, ArrayShape shape) =>
        (Names.GetArrayType(elementType.Name, shape), []);

    public (string Name, ImmutableArray<string> Arguments) GetByReferenceType((string Name, ImmutableArray<string> Arguments) elementType) =>
        (Names.GetByReferenceType(elementType.Name), []);

    public (string Name, ImmutableArray<string> Arguments) GetPointerType((string Name, ImmutableArray<string> Arguments) elementType) =>
        (Names.GetPointerType(elementType.Name), []);

    public (string Name, ImmutableArray<string> Arguments) GetPinnedType((string Name, ImmutableArray<string> Arguments) elementType) => elementType;

    public (string Name, ImmutableArray<string> Arguments) GetFunctionPointerType(
        MethodSignature<(string Name, ImmutableArray<string> Arguments)> signature) => ("fnptr", []);

    public (string Name, ImmutableArray<string> Arguments) GetModifiedType(
        (string Name, ImmutableArray<string> Arguments) modifier, (string Name, ImmutableArray<string> Arguments) unmodifiedType, bool isRequired) =>
        (Names.GetModifiedType(modifier.Name, unmodifiedType.Name, isRequired), []);
}
