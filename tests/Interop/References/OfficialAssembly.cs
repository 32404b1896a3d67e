namespace Sheaf.Tests.Interop.References;

/// <summary>
/// An official DLL whose references into compat must resolve. The exceptions are what it may refer to in vain, because nothing that Sheaf does
/// gets there; an exception that is no longer needed fails the test.
/// </summary>
/// <param name="Name">The assembly's simple name; the DLL lies in this test's output folder.</param>
/// <param name="GeneratedCode">Prefixes of full type names whose method bodies are not looked at, with the reason.</param>
/// <param name="Exceptions">Prefixes of what a problem names ("[Assembly]Namespace.Type::Member"), each with the reason.</param>
internal sealed record OfficialAssembly(
    string Name, IReadOnlyDictionary<string, string>? GeneratedCode = null, IReadOnlyDictionary<string, string>? Exceptions = null)
{
    /// <summary>What compat/ supplies. A reference into any other assembly is the runtime's or an official one's, and not looked at.</summary>
    public static readonly IReadOnlySet<string> Compat = new HashSet<string>(StringComparer.Ordinal)
    {
        "Grpc.Core.Api", "Grpc.Net.Common",
        "Orleans.Serialization.Abstractions", "Orleans.Serialization", "Orleans.Core", "Orleans.Runtime",
    };

    private static readonly Dictionary<string, string> s_codecs = new(StringComparer.Ordinal)
    {
        ["OrleansCodeGen."] = "codecs and proxies of the official code generator; codecs are made at run time here, and its proxies are not used",
        ["Orleans.Runtime.IdSpanCodec"] = "a codec written by hand for the official serializer",
        ["Orleans.Runtime.Serialization.SiloAddressCodec"] = "a codec written by hand for the official serializer",
        ["Orleans.Runtime.GrainReferenceCodec"] = "a codec written by hand for the official serializer",
        ["Orleans.Runtime.GrainReferenceCopier"] = "a copier written by hand for the official serializer",
        ["Orleans.Runtime.TypedGrainReference"] = "a codec or copier written by hand for the official serializer",
    };

    // Types are looked at wherever they are named, so these stay although only the codecs above name them.
    private static readonly Dictionary<string, string> s_serializerInternals = new(StringComparer.Ordinal)
    {
        ["[Orleans.Serialization]Orleans.Serialization.Buffers."] = "the official wire format's reader and writer",
        ["[Orleans.Serialization]Orleans.Serialization.Cloning."] = "the official copiers",
        ["[Orleans.Serialization]Orleans.Serialization.Codecs."] = "the official codecs",
        ["[Orleans.Serialization]Orleans.Serialization.GeneratedCodeHelpers.OrleansGeneratedCodeHelper"] = "what generated codecs call",
        ["[Orleans.Serialization]Orleans.Serialization.RequiredFieldMissingException"] = "what generated codecs throw",
        ["[Orleans.Serialization]Orleans.Serialization.Serializers."] = "what codecs implement and are found by",
        ["[Orleans.Serialization]Orleans.Serialization.Session."] = "the official serializer's state of one message",
        ["[Orleans.Serialization]Orleans.Serialization.TypeSystem.CompoundTypeAliasTree"] = "the official generator's list of types",
        ["[Orleans.Serialization]Orleans.Serialization.WireProtocol."] = "the official wire format",
    };

    public static readonly IReadOnlyList<OfficialAssembly> All =
    [
        new("Grpc.AspNetCore.Server"),
        new("Grpc.Net.Client"),
        new("Orleans.Clustering.AdoNet"),
        new("Orleans.Persistence.AdoNet"),
        new("Orleans.Core.Abstractions", GeneratedCode: s_codecs, Exceptions: s_serializerInternals),
    ];
}
