using System.Reflection;
using System.Reflection.Metadata.Ecma335;

namespace Sheaf.Tests.Interop.References;

/// <summary>Does everything that the official DLLs refer to in compat exist, with the right signature, and do their types load?</summary>
public sealed class OfficialReferencesTests : IDisposable
{
    private readonly AssemblySet _assemblies = new(AppContext.BaseDirectory);

    public static TheoryData<string> Names => [.. OfficialAssembly.All.Select(a => a.Name)];

    public void Dispose() => _assemblies.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void References_EnsureAllResolve(string name)
    {
        var official = OfficialAssembly.All.Single(a => a.Name == name);
        Assert.True(ReferenceChecker.Count(_assemblies.Metadata(name)!, OfficialAssembly.Compat) > 20, $"{name} refers to next to nothing in compat: is it the official DLL?");
        AssertOnlyExceptions(official, new ReferenceChecker(_assemblies, OfficialAssembly.Compat).Unresolved(name, official.GeneratedCode?.Keys ?? []));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Types_EnsureAllLoad(string name)
    {
        var official = OfficialAssembly.All.Single(a => a.Name == name);
        var missing = (official.Exceptions?.Keys ?? []).Select(prefix => prefix[(prefix.IndexOf(']') + 1)..].Split("::")[0]).ToList();
        var problems = FailedLoads(name, [.. official.GeneratedCode?.Keys ?? []])
            .Where(problem => !missing.Any(type => problem.Contains($"'{type}", StringComparison.Ordinal)))
            .ToList();
        Assert.True(problems.Count == 0, $"{name} has types that do not load on compat:\n{string.Join("\n", problems)}");
    }

    [Fact]
    public void MissingAssembly_EnsureFound()
    {
        // The framework's assemblies do not lie in this folder.
        var unresolved = new ReferenceChecker(_assemblies, new HashSet<string>(StringComparer.Ordinal) { "System.Runtime" }).Unresolved("Grpc.Net.Client", []);
        Assert.Contains("System.Object", unresolved);
    }

    [Fact]
    public void WrongSignature_EnsureFound()
    {
        // Grpc.Net.Client calls two overloads of Metadata.Add; here stands a Grpc.Core.Api that has the type and one of the two.
        using var folder = new ReplacedAssembly("Grpc.Core.Api", "Grpc.Net.Client");
        using var assemblies = new AssemblySet(folder.Path);
        var unresolved = new ReferenceChecker(assemblies, OfficialAssembly.Compat).Unresolved("Grpc.Net.Client", []);
        Assert.DoesNotContain("[Grpc.Core.Api]Grpc.Core.Metadata", unresolved);
        Assert.Contains("[Grpc.Core.Api]Grpc.Core.Metadata::Add instance Void `0(String,String)", unresolved);
        Assert.DoesNotContain("[Grpc.Core.Api]Grpc.Core.Metadata::Add instance Void `0(String,Byte[])", unresolved);
    }

    /// <returns>"Type: what the runtime says" for each type that does not load, generated code aside.</returns>
    private IEnumerable<string> FailedLoads(string name, IReadOnlyList<string> generatedCode)
    {
        var metadata = _assemblies.Metadata(name)!;
        var module = Assembly.Load(name).ManifestModule;
        // The first row is the module itself, which is no type.
        foreach (var handle in metadata.TypeDefinitions.Skip(1))
        {
            var type = SignatureNames.Instance.GetTypeFromDefinition(metadata, handle, 0);
            type = type[(type.IndexOf(']') + 1)..];
            if (generatedCode.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal)))
            {
                continue;
            }

            var problem = "";
            try
            {
                module.ResolveType(MetadataTokens.GetToken(handle));
            }
            catch (Exception error) when (error is TypeLoadException or FileNotFoundException or FileLoadException)
            {
                problem = error.Message;
            }

            if (problem.Length > 0)
            {
                yield return $"{type}: {problem}";
            }
        }
    }

    private static void AssertOnlyExceptions(OfficialAssembly official, IReadOnlyList<string> unresolved)
    {
        var exceptions = official.Exceptions?.Keys ?? [];
        var surprises = unresolved.Where(problem => !exceptions.Any(prefix => problem.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        Assert.True(surprises.Count == 0, $"{official.Name} refers to what compat lacks:\n{string.Join("\n", surprises)}");
        var stale = exceptions.Where(prefix => !unresolved.Any(problem => problem.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        Assert.True(stale.Count == 0, $"{official.Name}: these exceptions are not needed any more, remove them:\n{string.Join("\n", stale)}");
    }
}
