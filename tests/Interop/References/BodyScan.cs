using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Sheaf.Tests.Interop.References;

/// <summary>
/// Which member references stand in the method bodies of generated code alone. It looks for the four bytes of the token at any offset, so it may
/// think that a reference is used elsewhere when it is not: an error on the strict side.
/// </summary>
internal sealed class BodyScan
{
    private readonly HashSet<int> _generated = [];
    private readonly HashSet<int> _other = [];

    public BodyScan(PEReader image, MetadataReader metadata, IReadOnlyList<string> generatedCode)
    {
        if (generatedCode.Count == 0)
        {
            return;
        }

        foreach (var handle in metadata.TypeDefinitions)
        {
            var name = SignatureNames.Instance.GetTypeFromDefinition(metadata, handle, 0);
            name = name[(name.IndexOf(']') + 1)..];
            var seen = generatedCode.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? _generated : _other;
            foreach (var method in metadata.GetTypeDefinition(handle).GetMethods().Select(metadata.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0))
            {
                Scan(image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes(), metadata, seen);
            }
        }
    }

    public bool OnlyInGeneratedCode(MemberReferenceHandle member)
    {
        var token = MetadataTokens.GetToken(member);
        return _generated.Contains(token) && !_other.Contains(token);
    }

    private static void Scan(ReadOnlySpan<byte> body, MetadataReader metadata, HashSet<int> seen)
    {
        for (var i = 0; i + 4 <= body.Length; i++)
        {
            var token = BinaryPrimitives.ReadInt32LittleEndian(body[i..]);
            var row = token & 0xFFFFFF;
            if (token >> 24 == (int)TableIndex.MethodSpec && row > 0 && row <= metadata.GetTableRowCount(TableIndex.MethodSpec))
            {
                var method = metadata.GetMethodSpecification(MetadataTokens.MethodSpecificationHandle(row)).Method;
                token = MetadataTokens.GetToken(method);
            }

            if (token >> 24 == (int)TableIndex.MemberRef)
            {
                seen.Add(token);
            }
        }
    }
}
