using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Sheaf.Tests.Architecture;

/// <summary>What a compiled assembly refers to, read from its metadata and method bodies without loading it.</summary>
internal sealed class AssemblyFacts : IDisposable
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private readonly PEReader _image;
    private readonly MetadataReader _metadata;

    public AssemblyFacts(string path)
    {
        _image = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
        _metadata = _image.GetMetadataReader();
    }

    /// <summary>Simple names; the compiler writes only those that code uses.</summary>
    public IEnumerable<string> ReferencedAssemblies =>
        _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name));

    /// <summary>Members of other assemblies that code uses, as "Namespace.Type.Member".</summary>
    public IEnumerable<string> ReferencedMembers =>
        from handle in _metadata.MemberReferences
        let member = _metadata.GetMemberReference(handle)
        where member.Parent.Kind == HandleKind.TypeReference
        select $"{NameOf((TypeReferenceHandle)member.Parent)}.{_metadata.GetString(member.Name)}";

    /// <summary>Names of the types that derive from the base, however deep, as far as the classes between lie in this assembly.</summary>
    public IReadOnlyList<string> Derived(string baseType) =>
        [.. _metadata.TypeDefinitions.Where(handle => DerivesFrom(handle, baseType)).Select(NameOf)];

    /// <summary>The assemblies whose types a type, or one nested in it, names in its fields, its methods' signatures or their bodies.</summary>
    public IReadOnlySet<string> AssembliesUsedBy(string type)
    {
        var collector = new AssemblyCollector(_metadata);
        Visit(_metadata.TypeDefinitions.Single(handle => NameOf(handle) == type), collector);
        return collector.Found;
    }

    /// <summary>
    /// Which type of a namespace uses which of another one, of all types of this assembly whose namespace begins with the prefix: in fields, signatures,
    /// bodies, as a base or an interface.
    /// </summary>
    public IReadOnlyList<(string FromNamespace, string From, string ToNamespace, string To)> UsesBetweenNamespaces(string prefix)
    {
        var uses = new HashSet<(string, string, string, string)>();
        foreach (var handle in _metadata.TypeDefinitions.Where(handle => !_metadata.GetTypeDefinition(handle).IsNested))
        {
            var (space, name) = PlaceOf(handle);
            if (!space.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var collector = new AssemblyCollector(_metadata);
            Visit(handle, collector);
            foreach (var (other, otherName) in collector.Own.Select(PlaceOf))
            {
                if (other != space && other.StartsWith(prefix, StringComparison.Ordinal))
                {
                    uses.Add((space, name, other, otherName));
                }
            }
        }

        return [.. uses.Order()];
    }

    public void Dispose() => _image.Dispose();

    private void Visit(TypeDefinitionHandle handle, AssemblyCollector collector)
    {
        var type = _metadata.GetTypeDefinition(handle);
        if (!type.BaseType.IsNil)
        {
            collector.Add(type.BaseType);
        }

        foreach (var implemented in type.GetInterfaceImplementations())
        {
            collector.Add(_metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var field in type.GetFields())
        {
            _metadata.GetFieldDefinition(field).DecodeSignature(collector, genericContext: null);
        }

        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(collector, genericContext: null);
            if (method.RelativeVirtualAddress != 0)
            {
                VisitBody(_image.GetMethodBody(method.RelativeVirtualAddress), collector);
            }
        }

        // Lambdas and async methods are nested classes.
        foreach (var nested in type.GetNestedTypes())
        {
            Visit(nested, collector);
        }
    }

    private void VisitBody(MethodBodyBlock body, AssemblyCollector collector)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(collector, genericContext: null);
        }

        var il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            var first = il.ReadByte();
            var code = OpCodesByValue[first == 0xFE ? unchecked((short)(0xFE00 | il.ReadByte())) : first];
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    collector.Add(MetadataTokens.EntityHandle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = il.ReadInt32();
                    il.Offset += targets * 4;
                    break;
                default:
                    il.Offset += SizeOf(code.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private bool DerivesFrom(TypeDefinitionHandle handle, string baseType)
    {
        var parent = _metadata.GetTypeDefinition(handle).BaseType;
        if (!parent.IsNil && parent.Kind == HandleKind.TypeSpecification)
        {
            var blob = _metadata.GetBlobReader(_metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
            blob.ReadByte();
            blob.ReadByte();
            parent = blob.ReadTypeHandle();
        }

        return !parent.IsNil && parent.Kind switch
        {
            // Grain<TState> derives from Grain in the assembly where both are.
            HandleKind.TypeReference => NameOf((TypeReferenceHandle)parent).Split('`')[0] == baseType,
            _ => DerivesFrom((TypeDefinitionHandle)parent, baseType),
        };
    }

    /// <summary>A nested type is in the file of the type around it.</summary>
    private (string Namespace, string Name) PlaceOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        return type.IsNested ? PlaceOf(type.GetDeclaringType()) : (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var name = _metadata.GetString(type.Name);
        return type.IsNested ? $"{NameOf(type.GetDeclaringType())}+{name}" : $"{_metadata.GetString(type.Namespace)}.{name}";
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        return $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }
}
