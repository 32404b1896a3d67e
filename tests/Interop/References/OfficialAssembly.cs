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

    public static readonly IReadOnlyList<OfficialAssembly> All =
    [
        new("Grpc.AspNetCore.Server"),
        new("Grpc.Net.Client"),
    ];
}
