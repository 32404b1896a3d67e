using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Sheaf.Tests.Architecture;

/// <summary>Gathers the assemblies of all types that signatures and tokens name; the decoded values themselves mean nothing.</summary>
internal sealed class AssemblyCollector(MetadataReader metadata) : ISignatureTypeProvider<bool, object?>
{
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private readonly HashSet<TypeDefinitionHandle> _own = [];

    public IReadOnlySet<string> Found => _found;

    /// <summary>Types of the same assembly.</summary>
    public IReadOnlySet<TypeDefinitionHandle> Own => _own;

    public void Add(EntityHandle token)
    {
        switch (token.Kind)
        {
            case HandleKind.TypeReference:
                GetTypeFromReference(metadata, (TypeReferenceHandle)token, 0);
                break;
            case HandleKind.TypeSpecification:
                metadata.GetTypeSpecification((TypeSpecificationHandle)token).DecodeSignature(this, genericContext: null);
                break;
            case HandleKind.MethodSpecification:
                var specification = metadata.GetMethodSpecification((MethodSpecificationHandle)token);
                specification.DecodeSignature(this, genericContext: null);
                Add(specification.Method);
                break;
            case HandleKind.MemberReference:
                var member = metadata.GetMemberReference((MemberReferenceHandle)token);
                Add(member.Parent);
                if (member.GetKind() == MemberReferenceKind.Method)
                {
                    member.DecodeMethodSignature(this, genericContext: null);
                }
                else
                {
                    member.DecodeFieldSignature(this, genericContext: null);
                }

                break;
            case HandleKind.TypeDefinition:
                _own.Add((TypeDefinitionHandle)token);
                break;
            case HandleKind.MethodDefinition:
                var method = metadata.GetMethodDefinition((MethodDefinitionHandle)token);
                _own.Add(method.GetDeclaringType());
                method.DecodeSignature(this, genericContext: null);
                break;
            case HandleKind.FieldDefinition:
                var field = metadata.GetFieldDefinition((FieldDefinitionHandle)token);
                _own.Add(field.GetDeclaringType());
                field.DecodeSignature(this, genericContext: null);
                break;
            default:
                break;
        }
    }

    public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        EntityHandle scope = handle;
        while (scope.Kind == HandleKind.TypeReference)
        {
            scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        }

        if (scope.Kind == HandleKind.AssemblyReference)
        {
            _found.Add(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name));
        }

        return true;
    }

    public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        _own.Add(handle);
        return true;
    }

    public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => true;

    public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => true;

    public bool GetGenericTypeParameter(object? genericContext, int index) => true;

    public bool GetGenericMethodParameter(object? genericContext, int index) => true;

    public bool GetSZArrayType(bool elementType) => true;

    public bool GetArrayType(bool elementType, ArrayShape shape) => true;

    public bool GetByReferenceType(bool elementType) => true;

    public bool GetPointerType(bool elementType) => true;

    public bool GetPinnedType(bool elementType) => true;

    public bool GetFunctionPointerType(MethodSignature<bool> signature) => true;

    public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => true;
}
